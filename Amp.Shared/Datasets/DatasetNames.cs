using System.Text.RegularExpressions;
using Amp.Shared.Faults;

namespace Amp.Shared.Datasets;

/// <summary>What the names of datasets, tables, providers and networks may look like. All ASCII; a fault names the value and the rule.</summary>
public static partial class DatasetNames
{
    public const string DefaultNamespace = "_";
    public const string NamespacePattern = "^[a-z0-9_]+$";
    public const string NamePattern = "^[a-z_][a-z0-9_]*$";
    public const string TablePattern = "^[a-zA-Z_][a-zA-Z0-9_$]{0,62}$";
    public const string NetworkPattern = "^[a-zA-Z0-9][a-zA-Z0-9_.-]*$";
    public const string NodeIdPattern = "^[a-zA-Z][a-zA-Z0-9_.-]{0,127}$";

    // Folder names are made of these; file systems take 255 bytes.
    private const int LongestName = 128;

    public static bool IsNamespace(string text) => NamespaceRegex().IsMatch(text) && text.Length <= LongestName;

    public static string CheckNamespace(string text) => IsNamespace(text)
        ? text
        : throw new AmpException(ErrorCode.InvalidNamespace, $"namespace '{text}' is not of the form {NamespacePattern} (at most {LongestName} characters)");

    public static string CheckName(string text) => IsName(text)
        ? text
        : throw new AmpException(ErrorCode.InvalidName, $"dataset name '{text}' is not of the form {NamePattern} (at most {LongestName} characters)");

    /// <summary>The rule of dataset and provider names.</summary>
    public static bool IsName(string text) => NameRegex().IsMatch(text) && text.Length <= LongestName;

    public static bool IsTable(string text) => TableRegex().IsMatch(text);

    public static string CheckTable(string text) => IsTable(text)
        ? text
        : throw new AmpException(ErrorCode.InvalidTableName, $"table name '{text}' is not of the form {TablePattern}");

    public static bool IsNetwork(string text) => NetworkRegex().IsMatch(text) && text.Length <= LongestName;

    public static bool IsNodeId(string text) => NodeIdRegex().IsMatch(text);

    // \z instead of $: the latter lets a final line feed pass.
    [GeneratedRegex(@"^[a-z0-9_]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamespaceRegex();

    [GeneratedRegex(@"^[a-z_][a-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRegex();

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_$]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TableRegex();

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NetworkRegex();

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NodeIdRegex();
}
