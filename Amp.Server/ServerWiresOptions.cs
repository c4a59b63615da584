using System.CommandLine;
using Amp.ServiceDefaults;
using Amp.Shared.Options;

namespace Amp.Server;

/// <summary><c>--flight-server</c> and <c>--jsonl-server</c>, or AMP_FLIGHT_SERVER and AMP_JSONL_SERVER; none named means both.</summary>
public static class ServerWiresOptions
{
    private const string Flight = "--flight-server";
    private const string JsonLines = "--jsonl-server";

    public static Option[] Create() =>
    [
        new Option<bool>(Flight) { Description = $"Answer Arrow Flight ({ConfigVariables.FlightServer})." },
        new Option<bool>(JsonLines) { Description = $"Answer JSON Lines ({ConfigVariables.JsonlServer})." },
    ];

    public static ServerWires Read(ParseResult parsed)
    {
        var wires = (IsNamed(parsed, Flight, ConfigVariables.FlightServer) ? ServerWires.Flight : ServerWires.None)
            | (IsNamed(parsed, JsonLines, ConfigVariables.JsonlServer) ? ServerWires.JsonLines : ServerWires.None);
        return wires == ServerWires.None ? ServerWires.Both : wires;
    }

    private static bool IsNamed(ParseResult parsed, string option, string variable)
    {
        if (parsed.GetValue<bool>(option))
            return true;
        return Environment.GetEnvironmentVariable(variable)?.ToLowerInvariant() switch
        {
            null or "" or "false" or "0" => false,
            "true" or "1" => true,
            var other => throw new UsageException($"{variable} is '{other}'; allowed: true, false, 1 or 0"),
        };
    }
}
