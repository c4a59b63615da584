using Microsoft.Extensions.Logging;

namespace Amp.Shared.Options;

/// <summary>The words of AMP_LOG.</summary>
public static class LogWords
{
    private static readonly Dictionary<string, LogLevel> _levels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["error"] = LogLevel.Error,
        ["warn"] = LogLevel.Warning,
        ["info"] = LogLevel.Information,
        ["debug"] = LogLevel.Debug,
        ["trace"] = LogLevel.Trace,
    };

    public static IReadOnlyCollection<string> All => _levels.Keys;

    internal static LogLevel Read(IReadOnlyDictionary<string, string> environment, ConfigProblems problems)
    {
        if (!environment.TryGetValue(ConfigVariables.LogLevel, out var word) || word.Length == 0)
            return LogLevel.Information;
        if (_levels.TryGetValue(word, out var level))
            return level;
        problems.Add($"{ConfigVariables.LogLevel} is '{word}': it is not a level; allowed: {string.Join(", ", _levels.Keys)}");
        return LogLevel.Information;
    }
}
