using System.CommandLine;
using System.Text.Json.Nodes;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;
using Amp.Ctl.Watching;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset deploy DATASET</c>: makes the job that extracts a version, and watches it if asked.</summary>
internal static class DeployDataset
{
    public static Command Create()
    {
        var dataset = DatasetArgument.Create();
        var endBlock = new Option<string?>("--end-block") { HelpName = "N|-N|latest", Description = "The last block, inclusive; -N = so many blocks behind the tip, latest = the tip; without it the chain is followed for ever." };
        var parallelism = new Option<int?>("--parallelism") { HelpName = "N", Description = "How many ranges are worked on at once, by all workers together." };
        var worker = new Option<string?>("--worker-id") { HelpName = "ID", Description = "The worker that may take its ranges, or the start of one followed by *." };
        var verify = new Option<bool>("--verify") { Description = "Asks that hashes and roots are recomputed; the controller of this version refuses it." };
        var watch = WatchOption.Create();
        return AdminCommand.Create("deploy", "Makes the job that extracts a dataset version.", [dataset, endBlock, parallelism, worker, verify, watch], async run =>
        {
            var body = new JsonObject();
            if (run.Value(endBlock) is { } end)
                body["end_block"] = end;
            if (run.Value(parallelism) is { } atOnce)
                body["parallelism"] = atOnce;
            if (run.Value(worker) is { } id)
                body["worker_id"] = id;
            if (run.Value(verify))
                body["verify"] = true;
            var answer = await run.Client.PostAsync($"{ApiPath.Of(run.Value(dataset))}/deploy", body, run.Ct);
            var job = answer.GetProperty("job_id").GetInt64();
            if (run.Value(watch))
                await JobWatch.RunAsync(run, job);
            else
                await run.Screen.SayAsync(answer, $"{run.Value(dataset)} is deployed as job {job}; 'ampctl job progress {job} --watch' shows how far it is");
        });
    }
}
