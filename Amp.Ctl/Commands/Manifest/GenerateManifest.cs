using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using Amp.Chains.Evm.Tables;
using Amp.Ctl.Querying;
using Amp.Ctl.Terminal;
using Amp.ServiceDefaults;
using Amp.Shared.Datasets;

namespace Amp.Ctl.Commands.Manifest;

/// <summary><c>ampctl manifest generate</c>: a manifest with the tables that a kind has. It asks no controller.</summary>
internal static class GenerateManifest
{
    public static Command Create()
    {
        var kind = new Option<string>("--kind") { Description = "The kind of the dataset.", DefaultValueFactory = _ => RawManifest.EvmRpc };
        kind.AcceptOnlyFromAmong(RawManifest.EvmRpc);
        var network = new Option<string>("--network") { HelpName = "NAME", Description = "The network whose providers serve it.", Required = true };
        var start = new Option<ulong>("--start-block") { HelpName = "N", Description = "The first block; 0 by default." };
        var finalized = new Option<bool>("--finalized-blocks-only") { Description = "Follows the finalized head and not the newest." };
        var tables = new Option<string[]>("--table") { HelpName = "NAME", Description = "One of its tables, may be given several times; without it all." };
        tables.CompletionSources.Add(_ => EvmTables.All.Select(t => new CompletionItem(t.Name)));
        var output = OutputFile.Option();
        var command = new Command("generate", "Makes the manifest of a dataset, with all columns; no controller is asked.") { kind, network, start, finalized, tables, output };
        command.SetAction(async (parsed, ct) =>
        {
            var named = parsed.GetRequiredValue(network);
            if (!DatasetNames.IsNetwork(named))
                throw new UsageException($"--network is '{named}', which is not of the form {DatasetNames.NetworkPattern}");
            var some = parsed.GetValue(tables) ?? [];
            if (some.FirstOrDefault(name => EvmTables.All.All(t => t.Name != name)) is { } unknown)
                throw new UsageException($"--table is '{unknown}'; the kind has {string.Join(", ", EvmTables.All.Select(t => t.Name))}");
            var manifest = new RawManifest(
                parsed.GetRequiredValue(kind), named, parsed.GetValue(start), parsed.GetValue(finalized),
                EvmTables.All.Where(t => some.Length == 0 || some.Contains(t.Name, StringComparer.Ordinal)).ToDictionary(
                    t => t.Name, t => new RawTable([.. t.Schema.FieldsList.Select(f => new ManifestField(f.Name, f.DataType, f.IsNullable))], named), StringComparer.Ordinal));
            var text = Screen.ToText(JsonElement.Parse(manifest.ToCanonicalBytes()).WriteTo, indented: true) + "\n";
            if (parsed.GetValue(output) is { } path)
                await OutputFile.WriteAsync(path, aside => File.WriteAllTextAsync(aside, text, ct));
            else
                await Console.Out.WriteAsync(text);
            return AmpProgram.Success;
        });
        return command;
    }
}
