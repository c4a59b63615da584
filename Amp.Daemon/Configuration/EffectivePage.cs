using System.Globalization;
using Amp.Shared.Options;

namespace Amp.Daemon.Configuration;

/// <summary>The effective configuration as TOML that could be a configuration file, with the source of each value beside it and secrets hidden.</summary>
public static class EffectivePage
{
    public static void Write(EffectiveConfig effective, TextWriter output)
    {
        output.WriteLine(effective.Settings.ConfigFile is { } file ? $"# file: {file}" : "# no file: defaults and environment variables");
        if (!effective.Given.ContainsKey(ConfigKeys.DatabaseUrl))
            output.WriteLine($"# {ConfigKeys.DatabaseUrl.Name} is not set: every service needs it, but for ampd solo, which runs its own database");
        if (effective.Settings.ObjectStorage is { } buckets)
            output.WriteLine($"# buckets are reached at {buckets}");
        var section = "";
        foreach (var key in ConfigKeys.All)
        {
            var (keySection, name) = Split(key.Name);
            if (keySection != section)
            {
                section = keySection;
                output.WriteLine();
                output.WriteLine($"[{section}]");
            }

            WriteKey(effective, key, name, output);
        }
    }

    private static void WriteKey(EffectiveConfig effective, ConfigKey key, string name, TextWriter output)
    {
        var given = effective.Given.GetValueOrDefault(key);
        var source = given?.Source ?? "default";
        var texts = Shown(effective.Settings, key, given);
        var absent = texts is null ? "# " : "";
        var status = key.ComesWith is { } waits ? $"; waits for {waits}" : "";
        output.WriteLine($"{absent}{name} = {Toml(key, texts ?? [""])}  # {source}{status}");
    }

    // Null where there is no value, given or by default.
    private static IReadOnlyList<string>? Shown(AmpSettings settings, ConfigKey key, ConfigValue? given)
    {
        if (ReferenceEquals(key, ConfigKeys.DatabaseUrl))
            return given is null ? null : [DatabaseAddress.Hide(settings.MetadataDb.ConnectionString)];
        if (key.IsSecret)
            return given is null ? null : ["***"];
        // Folders are shown as they were resolved: that is where one looks for the files.
        if (ReferenceEquals(key, ConfigKeys.DataDir))
            return [settings.DataDir];
        if (ReferenceEquals(key, ConfigKeys.ProvidersDir))
            return [settings.ProvidersDir];
        if (ReferenceEquals(key, ConfigKeys.ManifestsDir))
            return [settings.ManifestsDir];
        if (ReferenceEquals(key, ConfigKeys.CacheDir))
            return [settings.CacheDir];
        if (ReferenceEquals(key, ConfigKeys.SpillLocation))
            return settings.SpillLocation;
        return given?.Texts ?? [key.Default];
    }

    internal static string Toml(ConfigKey key, IReadOnlyList<string> texts)
    {
        if (key.IsList)
            return "[" + string.Join(", ", texts.Where(t => t.Length > 0).Select(Quote)) + "]";
        return key.Shapes.HasFlag(TomlShapes.Text) ? Quote(texts[0]) : texts[0].ToLower(CultureInfo.InvariantCulture);
    }

    internal static (string Section, string Name) Split(string key)
    {
        var dot = key.LastIndexOf('.');
        return dot < 0 ? ("", key) : (key[..dot], key[(dot + 1)..]);
    }

    private static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
