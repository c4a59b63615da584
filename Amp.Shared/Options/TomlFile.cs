using System.Globalization;
using Amp.Shared.Faults;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Amp.Shared.Options;

/// <summary>The configuration file as values by key; what the file has that no key knows becomes a problem.</summary>
internal static class TomlFile
{
    public static Dictionary<ConfigKey, ConfigValue> Read(string path, ConfigProblems problems)
    {
        var values = new Dictionary<ConfigKey, ConfigValue>();
        Walk(Parse(path), "", path, values, problems);
        return values;
    }

    private static TomlTable Parse(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            // The reader of values lets a later key of the same name win; the checker of the syntax tree does not.
            var mistakes = SyntaxParser.Parse(text, path, validate: true).Diagnostics;
            if (mistakes.FirstOrDefault(m => m.Kind == DiagnosticMessageKind.Error) is { } mistake)
            {
                throw new AmpException(ErrorCode.InvalidConfig,
                    $"the configuration file '{path}' is not TOML: line {mistake.Span.Start.Line + 1}, column {mistake.Span.Start.Column + 1}: {WithoutQuotes(mistake.Message)}");
            }

            return TomlSerializer.Deserialize<TomlTable>(text) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AmpException(ErrorCode.InvalidConfig, $"the configuration file '{path}' does not exist", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmpException(ErrorCode.InvalidConfig, $"the configuration file '{path}' cannot be read", e);
        }
        catch (TomlException)
        {
            // Its message would quote the file too.
            throw new AmpException(ErrorCode.InvalidConfig, $"the configuration file '{path}' is not TOML");
        }
    }

    /// <summary>The parser quotes the file in backticks, and what it quotes may be the line with the password.</summary>
    private static string WithoutQuotes(string message) => message.Contains("already defined", StringComparison.Ordinal)
        ? "the key is defined a second time"
        : message.Split('`')[0].TrimEnd();

    private static void Walk(TomlTable table, string prefix, string path, Dictionary<ConfigKey, ConfigValue> values, ConfigProblems problems)
    {
        foreach (var (name, value) in table)
        {
            var full = prefix + name;
            if (ConfigKeys.Find(full) is { } key)
                Take(key, full, value, path, values, problems);
            else if (value is TomlTable inner && ConfigKeys.IsSection(full))
                Walk(inner, full + ".", path, values, problems);
            else if (ConfigKeys.IsSection(full))
                problems.Add($"'{full}' ({path}) is a section, [{full}], not a key with a value");
            else
                problems.AddUnknown(full, path);
        }
    }

    private static void Take(ConfigKey key, string name, object? value, string path, Dictionary<ConfigKey, ConfigValue> values, ConfigProblems problems)
    {
        var texts = Texts(value, out var shape, out var elements);
        if (!key.Shapes.HasFlag(shape) || (shape == TomlShapes.Array && elements != TomlShapes.Text && texts.Length > 0))
            problems.AddBad(key, texts, path, "it is " + Describe(shape, elements));
        else if (!values.TryAdd(key, new ConfigValue(texts, path)))
            problems.Add($"'{name}' ({path}) gives {key.Name} a second time: a key and its other name cannot both be there");
    }

    private static string[] Texts(object? value, out TomlShapes shape, out TomlShapes elements)
    {
        elements = TomlShapes.None;
        if (value is not TomlArray array)
            return [Text(value, out shape)];
        shape = TomlShapes.Array;
        var texts = new string[array.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Text(array[i], out var element);
            elements = element == TomlShapes.Text && elements is TomlShapes.None or TomlShapes.Text ? TomlShapes.Text : TomlShapes.None;
            if (element != TomlShapes.Text)
                return texts[..(i + 1)];
        }

        return texts;
    }

    private static string Text(object? value, out TomlShapes shape)
    {
        shape = value switch
        {
            string => TomlShapes.Text,
            long => TomlShapes.Integer,
            double => TomlShapes.Float,
            bool => TomlShapes.Bool,
            _ => TomlShapes.None,
        };
        return value switch
        {
            bool b => b ? "true" : "false",
            double d => d.ToString("R", CultureInfo.InvariantCulture),
            TomlTable => "a table",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
    }

    private static string Describe(TomlShapes shape, TomlShapes elements) => shape switch
    {
        TomlShapes.Text => "text in quotes",
        TomlShapes.Integer => "a whole number without quotes",
        TomlShapes.Float => "a number with a fraction",
        TomlShapes.Bool => "a boolean",
        TomlShapes.Array when elements != TomlShapes.Text => "a list of something else than text",
        TomlShapes.Array => "a list",
        _ => "of no kind that a key can have",
    };
}
