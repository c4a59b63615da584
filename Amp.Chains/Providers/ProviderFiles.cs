using System.Collections.Concurrent;
using System.Text;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.Chains.Providers;

/// <summary>The provider files of a folder or bucket. They are looked for at each use, so that a change is seen without a restart.</summary>
public sealed class ProviderFiles(IObjectStore store)
{
    private const string Extension = ".toml";
    private const int MaxBytes = 1 << 20;

    // Files of a store that names versions, by name and version: a change has another one.
    private readonly ConcurrentDictionary<string, (string ETag, ProviderFile File)> _known = new(StringComparer.Ordinal);

    public ProviderFiles(string folder)
        : this(new FolderStore(folder, "providers_dir"))
    {
    }

    /// <summary>Path or URL.</summary>
    public string Folder => store.Root;

    /// <summary>The names of all files that can be providers, sorted.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken) =>
        [.. (await FilesAsync(cancellationToken)).Select(f => NameOf(f.Path))];

    /// <exception cref="AmpException">There is no such file, or it is wrong.</exception>
    public async Task<ProviderFile> ReadAsync(string name, CancellationToken cancellationToken)
    {
        // One byte more than is allowed tells a file that is too long.
        var content = ProviderFile.IsName(name) ? await store.ReadRangeAsync(name + Extension, 0, MaxBytes + 1, cancellationToken) : null;
        if (content is null)
            throw new AmpException(ErrorCode.ProviderNotFound, $"there is no provider '{name}' in {store.Root}");
        if (content.Length > MaxBytes)
            throw new AmpException(ErrorCode.InvalidProvider, $"provider '{name}': its file in {store.Root} is longer than {MaxBytes} bytes");
        return ProviderFile.Parse(name, Text(content));
    }

    /// <summary>Adds a provider. The same again is no error, and none is replaced.</summary>
    /// <exception cref="AmpException">PROVIDER_CONFLICT: there is another one of this name.</exception>
    public async Task AddAsync(ProviderFile provider, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(provider, cancellationToken))
            return;
        try
        {
            using var upload = store.OpenWrite(provider.Name + Extension);
            await File.WriteAllTextAsync(upload.LocalPath, provider.ToToml(), cancellationToken);

            // It may hold a secret.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(upload.LocalPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            await upload.PublishAsync(cancellationToken);
        }
        catch (AmpException e) when (e.Code == ErrorCode.ObjectStoreError)
        {
            // Somebody else may have been quicker.
            if (!await IsThereAsync(provider, cancellationToken))
                throw;
        }
    }

    /// <summary>Takes a provider away; one that is not there is no error.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellationToken) => store.DeleteAsync(name + Extension, cancellationToken);

    /// <summary>The providers of a network, with their variables replaced.</summary>
    /// <exception cref="AmpException">There is none, or those that there are cannot be used.</exception>
    public async Task<IReadOnlyList<ProviderSettings>> ForNetworkAsync(string kind, string network, CancellationToken cancellationToken)
    {
        var found = new List<ProviderSettings>();
        AmpException? unreadable = null;
        AmpException? unusable = null;
        foreach (var listed in await FilesAsync(cancellationToken))
        {
            ProviderFile file;
            try
            {
                file = await ReadAsync(listed, cancellationToken);
            }
            catch (AmpException e) when (!e.IsRetryable)
            {
                // A wrong file of another network is no business of this one; but when nothing else serves, it is the likely cause.
                unreadable ??= e;
                continue;
            }

            if (file.Kind != kind || file.Network != network)
                continue;
            try
            {
                found.Add(file.ToSettings(Environment.GetEnvironmentVariable));
            }
            catch (AmpException e) when (!e.IsRetryable)
            {
                unusable ??= e;
            }
        }

        if (found.Count > 0)
            return found;
        if (unusable is not null)
            throw new AmpException(unusable.Code, $"no provider in {store.Root} of network \"{network}\" can be used: {unusable.Message}", unusable);
        throw new AmpException(
            ErrorCode.ProviderNotFound,
            $"no provider in {store.Root} has kind = \"{kind}\" and network = \"{network}\"",
            unreadable);
    }

    /// <summary>The networks for which there is a provider of the kind, sorted; wrong files are passed over.</summary>
    public async Task<IReadOnlyList<string>> NetworksAsync(string kind, CancellationToken cancellationToken)
    {
        var networks = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var listed in await FilesAsync(cancellationToken))
        {
            try
            {
                if (await ReadAsync(listed, cancellationToken) is { Network: { } network } file && file.Kind == kind)
                    networks.Add(network);
            }
            catch (AmpException)
            {
                // Who needs it is told.
            }
        }

        return [.. networks];
    }

    private async Task<bool> IsThereAsync(ProviderFile provider, CancellationToken cancellationToken)
    {
        var path = provider.Name + Extension;
        if (await store.FindAsync(path, cancellationToken) is null)
            return false;
        try
        {
            if ((await ReadAsync(provider.Name, cancellationToken)).Says(provider))
                return true;
        }
        catch (AmpException e) when (e.Code is ErrorCode.InvalidProvider)
        {
            // One that cannot be read is another one.
        }

        throw new AmpException(ErrorCode.ProviderConflict, $"there is another provider '{provider.Name}' in {store.Root}: delete it first, or give this one another name");
    }

    private async Task<ProviderFile> ReadAsync(StoredFile listed, CancellationToken cancellationToken)
    {
        var name = NameOf(listed.Path);
        if (listed.ETag is { } etag && _known.TryGetValue(name, out var known) && known.ETag == etag)
            return known.File;
        var file = await ReadAsync(name, cancellationToken);
        if (listed.ETag is { } version)
            _known[name] = (version, file);
        return file;
    }

    private async Task<List<StoredFile>> FilesAsync(CancellationToken cancellationToken)
    {
        var files = new List<StoredFile>();
        await foreach (var file in store.ListAsync(relativeFolder: null, recursive: false, cancellationToken))
        {
            if (file.Path.EndsWith(Extension, StringComparison.Ordinal) && ProviderFile.IsName(NameOf(file.Path)))
                files.Add(file);
        }

        return files;
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    private static string Text(byte[] content)
    {
        using var reader = new StreamReader(new MemoryStream(content), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
