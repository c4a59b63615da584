using Amp.Shared.Faults;
using Microsoft.Extensions.Configuration;

namespace Amp.Shared.Options;

/// <summary>Reads file and environment, in this order of strength: AMP_CONFIG_* variables, the file, the defaults.</summary>
public static class SettingsLoader
{
    /// <summary>The effective settings; all that is wrong is told in one <see cref="AmpException"/>.</summary>
    public static AmpSettings Load(SettingsRequest request) => LoadEffective(request).Settings;

    /// <summary>The settings together with the values they were made from and where each came from.</summary>
    public static EffectiveConfig LoadEffective(SettingsRequest request)
    {
        var problems = new ConfigProblems();
        var file = ConfigFile(request);
        var fromFile = file is null ? [] : TomlFile.Read(file, problems);
        var fromEnvironment = EnvironmentValues.Read(request.Environment, problems);
        var given = new Dictionary<ConfigKey, ConfigValue>(fromFile);
        foreach (var (key, value) in fromEnvironment)
            given[key] = value;
        if (!given.ContainsKey(ConfigKeys.DatabaseUrl)
            && request.Environment.TryGetValue(ConfigVariables.AspireConnectionString, out var connection) && connection.Length > 0)
        {
            given[ConfigKeys.DatabaseUrl] = new ConfigValue([connection], "environment variable " + ConfigVariables.AspireConnectionString);
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(given.SelectMany(Flatten)).Build();
        var reader = new SettingsReader(configuration, given, problems);
        var settings = reader.Read(file, request);
        problems.ThrowIfAny();
        return new EffectiveConfig(settings, given);
    }

    private static string? ConfigFile(SettingsRequest request)
    {
        var name = request.ConfigFile
            ?? (request.Environment.TryGetValue(ConfigVariables.File, out var named) && named.Length > 0 ? named : null);
        if (name is null)
            return null;
        if (name.Trim().Length == 0)
            throw new AmpException(ErrorCode.InvalidConfig, "the name of the configuration file is empty");
        return Path.GetFullPath(name, request.CurrentFolder);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Flatten(KeyValuePair<ConfigKey, ConfigValue> given) => given.Key.IsList
        ? given.Value.Texts.Select((text, i) => KeyValuePair.Create<string, string?>($"{given.Key.Path}:{i:D4}", text))
        : [KeyValuePair.Create<string, string?>(given.Key.Path, given.Value.Texts[0])];
}
