using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;
using Amp.Ctl.Terminal;
using Amp.ServiceDefaults;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset register DATASET FILE</c>, or <c>--from FOLDER</c>: registers a version from a manifest, or all that lie in a store.</summary>
internal static class RegisterDataset
{
    public static Command Create()
    {
        var dataset = DatasetArgument.CreateWithoutLatest("NAMESPACE/NAME moves dev alone, NAMESPACE/NAME@VERSION names a version");
        dataset.HelpName = "NAMESPACE/NAME@VERSION";
        dataset.Description = "Without a version only dev moves.";
        dataset.Arity = ArgumentArity.ZeroOrOne;
        var manifest = SourceArgument.Create("manifest", "The manifest, or the hash of a stored one");
        manifest.Arity = ArgumentArity.ZeroOrOne;
        var from = new Option<string?>("--from")
        {
            HelpName = "FOLDER|s3://BUCKET/PREFIX",
            Description = "Registers every manifest there, NAMESPACE/NAME.json or NAMESPACE/NAME@VERSION.json; a bucket is reached as the AWS_* variables say.",
        };
        var force = new Option<bool>("--force") { Description = "Lets a version name another manifest than before." };
        return AdminCommand.Create("register", "Registers a dataset or a version of it, from a file or a store of manifests.", [dataset, manifest, from, force], async run =>
        {
            var one = run.Parsed.GetValue(dataset);
            if (run.Value(from) is not { } store)
            {
                await RegisterAsync(run, one ?? throw Usage(), run.Parsed.GetValue(manifest) ?? throw Usage(), run.Value(force));
                return;
            }

            if (one is not null)
                throw Usage();
            await RegisterAllAsync(run, store, run.Value(force));
        });
    }

    private static UsageException Usage() => new("what is to be registered: NAMESPACE/NAME@VERSION and the file of its manifest (- = standard input), or --from and a folder or bucket");

    private static async Task RegisterAsync(CommandRun run, DatasetReference dataset, string source, bool force)
    {
        var manifest = ManifestHash.TryParse(source, out var hash) ? JsonValue.Create(hash.ToString()) : await SourceArgument.ReadJsonAsync(source, run.Ct);
        var answer = await SendAsync(run, dataset, manifest, force);
        await run.Screen.ShowAsync(answer, console => console.Write(Grids.Of(answer)));
    }

    private static async Task RegisterAllAsync(CommandRun run, string address, bool force)
    {
        var registered = new List<JsonElement>();
        var faults = new List<string>();
        await foreach (var (file, manifest) in ManifestsInStore.ReadAsync(address, run.Ct))
        {
            try
            {
                var json = JsonNode.Parse(manifest ?? throw new AmpException(ErrorCode.InvalidManifest, $"it is gone again, or longer than {ManifestFile.MaxBytes} bytes"));
                registered.Add(await SendAsync(run, ManifestFile.Read(file), json!, force));
            }
            catch (Exception e) when (e is AdminRefusal or JsonException or AmpException { IsRetryable: false })
            {
                faults.Add($"{file}: {AmpException.Describe(e)}");
            }
        }

        if (registered.Count + faults.Count == 0)
            throw new AmpException(ErrorCode.ManifestRegistrationError, $"--from is '{address}', and no manifest lies there: NAMESPACE/NAME.json or NAMESPACE/NAME@VERSION.json is needed");
        await run.Screen.ShowAsync(
            new Listed(JsonElement.Parse("""{"registered":[]}"""), "registered", registered, More: false),
            Column.At("namespace"), Column.At("name"), Column.At("version"), Column.Hash("manifest_hash"), Column.At("tables"));
        if (faults.Count > 0)
            throw new AmpException(ErrorCode.ManifestRegistrationError, string.Create(CultureInfo.InvariantCulture, $"{faults.Count} of {faults.Count + registered.Count} manifests are not registered: {string.Join("; ", faults)}"));
    }

    private static Task<JsonElement> SendAsync(CommandRun run, DatasetReference dataset, JsonNode manifest, bool force)
    {
        var body = new JsonObject { ["namespace"] = dataset.Namespace, ["name"] = dataset.Name, ["manifest"] = manifest };
        switch (dataset.Revision)
        {
            case DatasetRevision.VersionRevision version:
                body["version"] = version.ToString();
                break;
            case DatasetRevision.HashRevision:
                throw new UsageException($"'{dataset}' cannot be registered: a version stands behind the @, and the hash of a stored manifest in the place of the file");
        }

        return run.Client.PostAsync("datasets".With(("force", force ? "true" : null)), body, run.Ct);
    }
}
