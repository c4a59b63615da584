namespace Amp.Shared.Options;

/// <summary>What a value may be and how its text is read.</summary>
/// <param name="Name">For the generated page, for example "seconds".</param>
/// <param name="Allowed">For error messages: what a right value looks like.</param>
/// <param name="Shapes">How it may be written in TOML.</param>
/// <param name="Read">Reads the value; a <see cref="FormatException"/> says what is wrong with it. A list has one text an element, all else exactly one.</param>
public sealed record ConfigType<T>(string Name, string Allowed, TomlShapes Shapes, Func<IReadOnlyList<string>, T> Read);
