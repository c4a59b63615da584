namespace Amp.Shared.Options;

/// <summary>The AMP_CONFIG_* variables as values by key.</summary>
internal static class EnvironmentValues
{
    public static Dictionary<ConfigKey, ConfigValue> Read(IReadOnlyDictionary<string, string> environment, ConfigProblems problems)
    {
        var values = new Dictionary<ConfigKey, ConfigValue>();
        foreach (var (variable, text) in environment.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(ConfigVariables.Prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var name = variable[ConfigVariables.Prefix.Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant();
            var source = "environment variable " + variable;
            if (ConfigKeys.Find(name) is not { } key)
            {
                if (ConfigKeys.IsSection(name))
                    problems.Add($"'{name}' ({source}) is a section, not a key");
                else
                    problems.AddUnknown(name, source);
            }
            else if (!values.TryAdd(key, new ConfigValue(key.IsList ? Split(text) : [text], source)))
            {
                problems.Add($"{key.Name} is set by two environment variables: {values[key].Source["environment variable ".Length..]} and {variable}");
            }
        }

        return values;
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
