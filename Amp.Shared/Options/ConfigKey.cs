namespace Amp.Shared.Options;

/// <summary>One key of the configuration: all that parsing, checking, showing and documenting it needs.</summary>
/// <param name="Name">Dotted path, for example <c>writer.compression</c>.</param>
/// <param name="Default">The default as it would be written in the file without quotes; empty = none.</param>
/// <param name="Description">One sentence or two for the generated page.</param>
public abstract record ConfigKey(string Name, string Default, string Description)
{
    /// <summary>Other names under which the key is accepted.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Never shown: not in messages, not by <c>config check</c>.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Set for a key that is accepted and checked though nothing reads it yet: what it waits for.</summary>
    public string? ComesWith { get; init; }

    public abstract string TypeName { get; }

    public abstract string Allowed { get; }

    public abstract TomlShapes Shapes { get; }

    public bool IsList => Shapes.HasFlag(TomlShapes.Array);

    /// <summary>The name as Microsoft.Extensions.Configuration spells it.</summary>
    public string Path => Name.Replace('.', ':');

    /// <summary>The environment variable that sets the key.</summary>
    public string Variable => ConfigVariables.Prefix + Name.Replace(".", "__").ToUpperInvariant();
}
