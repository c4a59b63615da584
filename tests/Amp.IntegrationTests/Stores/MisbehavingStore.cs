using System.Runtime.CompilerServices;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.IntegrationTests.Stores;

/// <summary>A real store that refuses, hangs or lists late, as it is told.</summary>
internal sealed class MisbehavingStore(IObjectStore store) : IObjectStore, IDisposable
{
    /// <summary>Says of an act (write, find, read, list, delete) and a path whether the store refuses it.</summary>
    public Func<string, string, bool> Refuses { get; set; } = (_, _) => false;

    /// <summary>Whether what it refuses is no matter of waiting, as with a key that lacks a right.</summary>
    public bool RefusesForGood { get; set; }

    /// <summary>Says of an act and a path whether no answer comes.</summary>
    public Func<string, string, bool> Hangs { get; set; } = (_, _) => false;

    /// <summary>What listings do not show yet.</summary>
    public Func<string, bool> ListsLate { get; set; } = _ => false;

    public string Root => store.Root;

    public LakeUpload OpenWrite(string relativePath)
    {
        if (Refuses("write", relativePath))
            throw Refused("write");
        return store.OpenWrite(relativePath);
    }

    public async Task<StoredFile?> FindAsync(string relativePath, CancellationToken cancellationToken)
    {
        await BeforeAsync("find", relativePath, cancellationToken);
        return await store.FindAsync(relativePath, cancellationToken);
    }

    public async Task<byte[]?> ReadRangeAsync(string relativePath, long offset, int count, CancellationToken cancellationToken)
    {
        await BeforeAsync("read", relativePath, cancellationToken);
        return await store.ReadRangeAsync(relativePath, offset, count, cancellationToken);
    }

    public async Task<StoredFile?> CopyToAsync(string relativePath, Stream target, StoredFile? expected, CancellationToken cancellationToken)
    {
        await BeforeAsync("read", relativePath, cancellationToken);
        return await store.CopyToAsync(relativePath, target, expected, cancellationToken);
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(string? relativeFolder, bool recursive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await BeforeAsync("list", relativeFolder ?? "", cancellationToken);
        await foreach (var file in store.ListAsync(relativeFolder, recursive, cancellationToken))
        {
            if (!ListsLate(file.Path))
                yield return file;
        }
    }

    public async Task DeleteAsync(string relativePath, CancellationToken cancellationToken)
    {
        await BeforeAsync("delete", relativePath, cancellationToken);
        await store.DeleteAsync(relativePath, cancellationToken);
    }

    public Task<int> DropUnfinishedAsync(TimeSpan age, IReadOnlySet<string> except, CancellationToken cancellationToken) =>
        store.DropUnfinishedAsync(age, except, cancellationToken);

    public void Dispose() => (store as IDisposable)?.Dispose();

    private async Task BeforeAsync(string act, string path, CancellationToken cancellationToken)
    {
        if (Refuses(act, path))
            throw Refused(act);
        if (Hangs(act, path))
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private AmpException Refused(string act)
    {
        var message = $"the store did not let us {act}";
        return RefusesForGood ? new AmpException(ErrorCode.ObjectStoreError, message) : new RetryableException(ErrorCode.ObjectStoreError, message);
    }
}
