using System.CommandLine;
using System.Text.Json.Nodes;
using Amp.Ctl.Arguments;
using Amp.Shared.Datasets;

namespace Amp.Ctl.Commands.Table;

/// <summary>The arguments that name a table of a dataset version.</summary>
internal sealed record TableName(Argument<DatasetReference> Dataset, Argument<string> Table)
{
    public static TableName Create() => new(DatasetArgument.Create(), new Argument<string>("table") { HelpName = "TABLE" });

    public JsonObject Body(CommandRun run) => new() { ["dataset"] = run.Value(Dataset).ToString(), ["table_name"] = run.Value(Table) };

    public string Text(CommandRun run) => $"{run.Value(Dataset)}.{run.Value(Table)}";
}
