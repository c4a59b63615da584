namespace Amp.Shared.Options;

/// <summary>How buckets are reached, from the AWS_* variables.</summary>
/// <param name="Endpoint">Null = that of the region at Amazon.</param>
/// <param name="SessionToken">Of temporary credentials; null for lasting ones.</param>
public sealed record ObjectStorageSettings(Uri? Endpoint, string Region, string AccessKeyId, string SecretAccessKey, string? SessionToken)
{
    /// <summary>Without the secrets: settings are shown and logged.</summary>
    public override string ToString() => $"{Endpoint?.ToString() ?? "Amazon"} in {Region}";
}
