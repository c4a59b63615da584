using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;
using Amp.Ctl.Terminal;
using Amp.ServiceDefaults;

namespace Amp.Ctl.Commands;

/// <summary>Makes commands that ask the Admin API.</summary>
internal static class AdminCommand
{
    /// <param name="name">Its word.</param>
    /// <param name="description">What it does.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="act">What it does; a fault is a failure.</param>
    public static Command Create(string name, string description, IReadOnlyList<Symbol> symbols, Func<CommandRun, Task> act)
    {
        var command = new Command(name, description);
        foreach (var argument in symbols.OfType<Argument>())
            command.Add(argument);
        foreach (var option in symbols.OfType<Option>())
            command.Add(option);
        command.SetAction(async (parsed, ct) =>
        {
            using var client = GlobalOptions.Client(parsed);
            await act(new CommandRun(parsed, client, GlobalOptions.Screen(parsed), ct));
            return AmpProgram.Success;
        });
        return command;
    }

    /// <summary>A command that shows a list.</summary>
    public static Command List(string name, string description, IReadOnlyList<Symbol> symbols, Func<CommandRun, Listing> listing, params IReadOnlyList<Column> columns)
    {
        var limit = LimitOption.Create();
        return Create(name, description, [.. symbols, limit], async run =>
            await run.Screen.ShowAsync(await listing(run).ReadAsync(run.Client, run.Value(limit), run.Ct), columns));
    }

    /// <summary>A command that shows one thing with all its members.</summary>
    public static Command Inspect<T>(string name, string description, Argument<T> argument, Func<T, string> path)
        where T : notnull =>
        Create(name, description, [argument], async run =>
        {
            var answer = await run.Client.GetAsync(path(run.Value(argument)), run.Ct);
            await run.Screen.ShowAsync(answer, console => console.Write(Grids.Of(answer)));
        });

    /// <summary>A command that takes something away.</summary>
    public static Command Remove<T>(string name, string description, Argument<T> argument, Func<T, string> path, Func<T, string> done)
        where T : notnull =>
        Create(name, description, [argument], run => run.SendAsync(HttpMethod.Delete, path(run.Value(argument)), body: null, done(run.Value(argument))));

    /// <summary>A command that gives a manifest: to programs the bytes whose SHA-256 is its hash, and nothing more.</summary>
    public static Command Manifest<T>(string name, string description, Argument<T> argument, Func<T, string> path)
        where T : notnull =>
        Create(name, description, [argument], async run =>
        {
            var manifest = await run.Client.GetAsync(path(run.Value(argument)), run.Ct);
            await run.Screen.Json.WriteAsync(run.Screen.Terminal is null ? manifest.GetRawText() : Screen.ToText(manifest.WriteTo, indented: true) + "\n");
        });
}
