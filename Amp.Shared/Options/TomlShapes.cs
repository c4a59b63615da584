namespace Amp.Shared.Options;

/// <summary>The kinds of TOML value that a key may be written as.</summary>
[Flags]
public enum TomlShapes
{
    None = 0,
    Text = 1,
    Integer = 2,
    Float = 4,
    Bool = 8,
    Array = 16,
}
