using System.CommandLine;
using System.Text.Json.Nodes;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Commands;

/// <summary>A command as it runs: what was asked for, whom it asks, where it shows the answer.</summary>
internal sealed record CommandRun(ParseResult Parsed, AdminClient Client, Screen Screen, CancellationToken Ct)
{
    public T Value<T>(Argument<T> argument)
        where T : notnull => Parsed.GetRequiredValue(argument);

    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>Asks for a change, and tells people in a sentence that it is made.</summary>
    public async Task SendAsync(HttpMethod method, string path, JsonNode? body, string done) =>
        await Screen.SayAsync(await Client.SendAsync(method, path, body, Ct), done);
}
