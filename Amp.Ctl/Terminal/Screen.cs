using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amp.Ctl.Api;
using Spectre.Console;

namespace Amp.Ctl.Terminal;

/// <summary>Where answers go: tables for people at a terminal, JSON for programs.</summary>
/// <param name="Terminal">Null = the answers are JSON.</param>
/// <param name="Json">Takes them.</param>
internal sealed record Screen(IAnsiConsole? Terminal, TextWriter Json)
{
    public static Screen Of(bool json) => new(json || Console.IsOutputRedirected ? null : AnsiConsole.Console, Console.Out);

    /// <summary>Shows an answer: as it came, or as people read it. Of an empty one, programs hear by the exit code alone.</summary>
    public async Task ShowAsync(JsonElement answer, Action<IAnsiConsole> forPeople)
    {
        if (Terminal is not null)
            forPeople(Terminal);
        else if (answer.ValueKind != JsonValueKind.Undefined)
            await Json.WriteLineAsync(ToText(answer.WriteTo, indented: true));
    }

    /// <summary>Shows an answer, to people as a sentence.</summary>
    public Task SayAsync(JsonElement answer, string sentence) => ShowAsync(answer, console => console.MarkupLineInterpolated($"{Printable.Of(sentence)}"));

    /// <summary>Shows what was read of a list.</summary>
    public async Task ShowAsync(Listed list, params IReadOnlyList<Column> columns)
    {
        if (Terminal is null)
        {
            await Json.WriteLineAsync(ToText(list.WriteTo, indented: true));
            return;
        }

        Terminal.Write(Grids.Of(list.Items, columns));
        if (list.More)
            Terminal.MarkupLineInterpolated($"[grey]the first {list.Items.Count}; more by --limit[/]");
    }

    public static string ToText(Action<Utf8JsonWriter> write, bool indented)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
