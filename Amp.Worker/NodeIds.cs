using System.Text.RegularExpressions;
using Amp.Shared.Faults;

namespace Amp.Worker;

/// <summary>The names that workers may have.</summary>
public static partial class NodeIds
{
    public const string Pattern = "^[a-zA-Z][a-zA-Z0-9_.-]{0,127}$";

    public static bool IsValid(string nodeId) => !nodeId.EndsWith('\n') && Grammar().IsMatch(nodeId);

    public static void Check(string nodeId)
    {
        if (!IsValid(nodeId))
            throw new AmpException(ErrorCode.InvalidNodeId, $"the node id '{nodeId}' is not allowed: it must match {Pattern}");
    }

    [GeneratedRegex(Pattern)]
    private static partial Regex Grammar();
}
