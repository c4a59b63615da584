using DbUp.Engine;

namespace Amp.Migrator;

/// <summary>The numbered scripts of Migrations/, embedded in this assembly; a script's name in the journal is its file name.</summary>
public static class SchemaScripts
{
    private const string Folder = ".Migrations.";

    public static IReadOnlyList<SqlScript> All { get; } = Load();

    private static SqlScript[] Load()
    {
        var assembly = typeof(SchemaScripts).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                return SqlScript.FromStream(name[(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..], stream);
            })];
    }
}
