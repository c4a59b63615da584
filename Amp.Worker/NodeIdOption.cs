using System.CommandLine;
using Amp.ServiceDefaults;
using Amp.Shared.Options;

namespace Amp.Worker;

/// <summary><c>--node-id ID</c>, or AMP_NODE_ID.</summary>
public static class NodeIdOption
{
    private const string Name = "--node-id";

    public static Option<string?> Create() => new(Name)
    {
        HelpName = "ID",
        Description = $"Name of this worker, unique among the running ones; otherwise as {ConfigVariables.NodeId} says.",
    };

    public static string Read(ParseResult parsed)
    {
        var given = parsed.GetValue<string?>(Name);
        var source = given is null ? ConfigVariables.NodeId : Name;
        given ??= Environment.GetEnvironmentVariable(ConfigVariables.NodeId);
        if (string.IsNullOrEmpty(given))
            throw new UsageException($"a worker needs a name: {Name} ID or {ConfigVariables.NodeId}");
        return NodeIds.IsValid(given) ? given : throw new UsageException($"{source} is '{given}': it must match {NodeIds.Pattern}");
    }
}
