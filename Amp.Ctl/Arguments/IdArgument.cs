using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Completion;

namespace Amp.Ctl.Arguments;

/// <summary>Arguments that name what a list of the Admin API has; the list completes them.</summary>
internal static class IdArgument
{
    public static Argument<long> Job() => Number("job", new Listing("jobs", "jobs", "last_job_id", ("status", "all")));

    public static Argument<long> Revision() => Number("revision", new Listing("revisions", Items: null, "last_revision_id"));

    public static Argument<string> Provider() => Named("provider", new Listing("providers", "providers", "last_provider"), "name");

    public static Argument<string> Worker() => Named("worker", new Listing("workers", "workers", "last_node_id"), "node_id");

    public static Argument<string> Manifest() => Named("hash", new Listing("manifests", "manifests", "last_hash"), "hash");

    private static Argument<long> Number(string name, Listing listing)
    {
        var argument = new Argument<long>(name) { HelpName = "ID" };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(long.TryParse(token.Value, out var id) && id > 0))
                result.AddError($"'{token.Value}' is not the id of a {name}: a whole number from 1 is needed");
        });
        argument.CompletionSources.Add(context => ApiCompletions.Of(context, listing, item => [item.Text("id")]));
        return argument;
    }

    private static Argument<string> Named(string name, Listing listing, string member)
    {
        var argument = new Argument<string>(name) { HelpName = name.ToUpperInvariant() };
        argument.CompletionSources.Add(context => ApiCompletions.Of(context, listing, item => [item.Text(member)]));
        return argument;
    }
}
