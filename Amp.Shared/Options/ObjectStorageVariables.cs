using System.Text.RegularExpressions;

namespace Amp.Shared.Options;

/// <summary>Reads the variables that say how buckets are reached: those that every S3 program knows.</summary>
internal static partial class ObjectStorageVariables
{
    public const string AccessKeyId = "AWS_ACCESS_KEY_ID";
    public const string SecretAccessKey = "AWS_SECRET_ACCESS_KEY";
    public const string SessionToken = "AWS_SESSION_TOKEN";
    public const string Region = "AWS_REGION";
    public const string DefaultRegion = "AWS_DEFAULT_REGION";
    public const string Endpoint = "AWS_ENDPOINT";
    public const string EndpointUrl = "AWS_ENDPOINT_URL";
    public const string AllowHttp = "AWS_ALLOW_HTTP";

    private const string GoogleEndpoint = "https://storage.googleapis.com";

    /// <summary>Region that servers other than Amazon's take when none is named.</summary>
    private const string AnyRegion = "us-east-1";

    /// <param name="environment">The process's variables.</param>
    /// <param name="buckets">The settings that name buckets, with their addresses.</param>
    /// <param name="problems">Hears what is missing or wrong.</param>
    /// <returns>Null where no setting names a bucket, or something is wrong.</returns>
    public static ObjectStorageSettings? Read(
        IReadOnlyDictionary<string, string> environment, IReadOnlyList<(string Setting, string Address)> buckets, ConfigProblems problems)
    {
        if (buckets.Count == 0)
            return null;
        var (setting, address) = buckets[0];
        var before = problems.Count;
        string? Value(string variable) => environment.TryGetValue(variable, out var value) && value.Trim().Length > 0 ? value.Trim() : null;

        var schemes = buckets.Select(b => StoreAddress.Scheme(b.Address)).Distinct(StringComparer.Ordinal).ToArray();
        if (schemes.Length > 1)
            problems.Add($"{string.Join(" and ", buckets.Select(b => $"{b.Setting} is '{b.Address}'"))}: all buckets are reached in one way, so that they must have one scheme");
        var id = Value(AccessKeyId);
        var secret = Value(SecretAccessKey);
        if (id is null || secret is null)
            problems.Add($"{setting} is '{address}', but {(id is null ? AccessKeyId : SecretAccessKey)} is not set: set {AccessKeyId} and {SecretAccessKey} to a key that may read, write, list and delete there");
        var endpoint = ReadEndpoint(Value(EndpointUrl), Value(Endpoint), Value(AllowHttp), schemes[0], problems);
        var region = Value(Region) ?? Value(DefaultRegion) ?? (endpoint is null ? null : AnyRegion);
        if (region is null)
            problems.Add($"{setting} is '{address}', but neither {Region} nor {DefaultRegion} is set: set one to the bucket's region, or {EndpointUrl} to a store of your own");
        else if (!RegionName().IsMatch(region))
            problems.Add($"{(Value(Region) is null ? DefaultRegion : Region)} is '{region}'; allowed: the name of a region, for example eu-central-1");
        return problems.Count > before ? null : new ObjectStorageSettings(endpoint, region!, id!, secret!, Value(SessionToken));
    }

    private static Uri? ReadEndpoint(string? url, string? other, string? allowHttp, string scheme, ConfigProblems problems)
    {
        if (url is not null && other is not null && url.TrimEnd('/') != other.TrimEnd('/'))
        {
            problems.Add($"{EndpointUrl} and {Endpoint} are both set and differ: unset one of them");
            return null;
        }

        var variable = url is not null ? EndpointUrl : Endpoint;
        var text = url ?? other ?? (scheme == "gs" ? GoogleEndpoint : null);
        if (text is null)
            return null;

        // A URL with a password in it is not shown.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.Host.Length == 0
            || endpoint.UserInfo.Length > 0 || endpoint.Query.Length > 0)
        {
            problems.Add($"{variable} is {(text.Contains('@', StringComparison.Ordinal) ? "a value that is not shown" : $"'{text}'")}; allowed: https://HOST:PORT, or http://HOST:PORT together with {AllowHttp}=true");
            return null;
        }

        if (allowHttp is not null && !bool.TryParse(allowHttp, out _))
            problems.Add($"{AllowHttp} is '{allowHttp}'; allowed: true or false");
        else if (endpoint.Scheme == "http" && !(allowHttp is not null && bool.Parse(allowHttp)))
            problems.Add($"{variable} is '{text}', which is not encrypted: use https, or set {AllowHttp}=true");
        return endpoint;
    }

    [GeneratedRegex(@"^[A-Za-z0-9-]{2,40}\z")]
    private static partial Regex RegionName();
}
