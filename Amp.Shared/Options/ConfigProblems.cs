using Amp.Shared.Faults;

namespace Amp.Shared.Options;

/// <summary>Collects what is wrong with a configuration, so that all of it is told at once.</summary>
public sealed class ConfigProblems
{
    private readonly List<string> _texts = [];

    public int Count => _texts.Count;

    public void Add(string text) => _texts.Add(text);

    public void AddUnknown(string name, string source) =>
        Add($"unknown key '{name}' ({source}): the nearest known one is '{ConfigKeys.Nearest(name)}'");

    public void AddBad(ConfigKey key, IReadOnlyList<string> texts, string source, string reason)
    {
        var shown = key.IsSecret ? "a value that is not shown" : "'" + string.Join(", ", texts) + "'";
        Add($"{key.Name} is {shown} ({source}): {reason}; allowed: {key.Allowed}");
    }

    public void ThrowIfAny()
    {
        if (_texts.Count > 0)
            throw new AmpException(ErrorCode.InvalidConfig, "the configuration is wrong: " + string.Join("; ", _texts));
    }
}
