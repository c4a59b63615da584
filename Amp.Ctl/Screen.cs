using System.Text.Json;
using Spectre.Console;

namespace Amp.Ctl;

/// <summary>Where answers go: tables for people at a terminal, JSON for programs.</summary>
/// <param name="Terminal">Null = the answers are JSON.</param>
/// <param name="Json">Takes them.</param>
internal sealed record Screen(IAnsiConsole? Terminal, TextWriter Json)
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Screen Of(bool json) => new(json || Console.IsOutputRedirected ? null : AnsiConsole.Console, Console.Out);

    /// <summary>Shows an answer: as it came, or as people read it.</summary>
    public async Task ShowAsync(JsonElement answer, Action<IAnsiConsole> forPeople)
    {
        if (Terminal is not null)
            forPeople(Terminal);
        else
            await Json.WriteLineAsync(JsonSerializer.Serialize(answer, _indented));
    }
}
