using Amp.Shared.Faults;

namespace Amp.Controller.Admin.Wire;

/// <summary>A parameter that is true or false.</summary>
internal static class QueryFlag
{
    public static bool? Read(string parameter, string? text) => text?.ToLowerInvariant() switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw new AmpException(ErrorCode.InvalidRequest, $"{parameter} is '{text}'; true or false is needed"),
    };
}
