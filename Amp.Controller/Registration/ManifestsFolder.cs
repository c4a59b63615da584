using System.Diagnostics.CodeAnalysis;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Options;
using Npgsql;

namespace Amp.Controller.Registration;

/// <summary>
/// At start, registers what lies in <c>manifests_dir</c> as <c>namespace/name[@version].json</c>. What is registered already is
/// left as it is, so that a restart does not move <c>dev</c> back.
/// </summary>
internal sealed partial class ManifestsFolder(NpgsqlDataSource database, [FromKeyedServices("manifests_dir")] IObjectStore store, ILogger<ManifestsFolder> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var file in await FindFilesAsync(cancellationToken))
            await TryRegisterAsync(file, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<IReadOnlyList<string>> FindFilesAsync(CancellationToken cancellationToken)
    {
        var files = new List<string>();
        try
        {
            await foreach (var file in store.ListAsync(relativeFolder: null, recursive: true, cancellationToken))
            {
                if (file.Path.EndsWith(ManifestFile.Extension, StringComparison.Ordinal))
                    files.Add(file.Path);
            }

            return files;
        }
        catch (AmpException e)
        {
            LogUnreadable(store.Root, e);
            return [];
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "One bad file must not keep the controller, or the other files, from working; it is named in the log.")]
    private async Task TryRegisterAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var (ns, name, revision) = ManifestFile.Read(file);
            var version = (revision as DatasetRevision.VersionRevision)?.Version;

            // One byte more than is allowed tells a file that is too long.
            var content = await store.ReadRangeAsync(file, 0, ManifestFile.MaxBytes + 1, cancellationToken);
            if (content is null || content.Length > ManifestFile.MaxBytes)
                throw new AmpException(ErrorCode.ManifestRegistrationError, content is null ? "it is gone again" : $"it is longer than {ManifestFile.MaxBytes} bytes");
            var manifest = ManifestReader.Read(content);
            DatasetKinds.Check(manifest);
            var hash = ManifestHash.Of(manifest.ToCanonicalBytes());
            if (await IsRegisteredAsync(ns, name, version, hash, cancellationToken))
                return;
            await DatasetRegistration.RegisterAsync(database, ns, name, version, manifest, force: false, cancellationToken);
            LogRegistered(file, ns, name, hash.ToString());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailure(file, AmpException.Describe(e));
        }
    }

    private async Task<bool> IsRegisteredAsync(string ns, string name, DatasetVersion? version, ManifestHash hash, CancellationToken cancellationToken)
    {
        if (await DatasetReading.FindAsync(database, ns, name, cancellationToken) is not { } dataset)
            return false;
        return version is null
            ? (await ManifestStore.ListDatasetsAsync(database, hash, after: new ManifestLink(ns, name, Revision: ""), limit: 1, cancellationToken)).Any(l => l.Namespace == ns && l.Name == name)
            : dataset.Versions.Any(v => v.Version!.Equals(version) && v.ManifestHash == hash.ToString());
    }

    [LoggerMessage(4020, LogLevel.Information, "Registered {File} of manifests_dir as {Namespace}/{Name}: {ManifestHash}")]
    private partial void LogRegistered(string file, string @namespace, string name, string manifestHash);

    [LoggerMessage(4021, LogLevel.Error, "The manifest {File} of manifests_dir is not registered: {Reason}")]
    private partial void LogFailure(string file, string reason);

    [LoggerMessage(4022, LogLevel.Error, "manifests_dir {Folder} cannot be read")]
    private partial void LogUnreadable(string folder, Exception cause);
}
