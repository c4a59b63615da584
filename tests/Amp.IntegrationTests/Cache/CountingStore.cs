using System.Collections.Concurrent;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.IntegrationTests.Cache;

/// <summary>A folder that plays a store far away: it counts what is copied from it, takes its time, or fails.</summary>
internal sealed class CountingStore(FolderStore store) : IObjectStore
{
    public ConcurrentQueue<string> Copies { get; } = new();

    public TimeSpan Delay { get; set; }

    public bool Fails { get; set; }

    public string Root => store.Root;

    public IReadOnlyList<string> Files() => Directory.GetFiles(store.Root, "*.parquet", SearchOption.AllDirectories);

    public LakeUpload OpenWrite(string relativePath) => store.OpenWrite(relativePath);

    public Task<StoredFile?> FindAsync(string relativePath, CancellationToken cancellationToken) => store.FindAsync(relativePath, cancellationToken);

    public Task<byte[]?> ReadRangeAsync(string relativePath, long offset, int count, CancellationToken cancellationToken) =>
        store.ReadRangeAsync(relativePath, offset, count, cancellationToken);

    public async Task<StoredFile?> CopyToAsync(string relativePath, Stream target, StoredFile? expected, CancellationToken cancellationToken)
    {
        await Task.Delay(Delay, cancellationToken);
        if (Fails)
            throw new RetryableException(ErrorCode.ObjectStoreError, "the store is away");
        Copies.Enqueue(relativePath);
        return await store.CopyToAsync(relativePath, target, expected, cancellationToken);
    }

    public IAsyncEnumerable<StoredFile> ListAsync(string? relativeFolder, bool recursive, CancellationToken cancellationToken) =>
        store.ListAsync(relativeFolder, recursive, cancellationToken);

    public Task DeleteAsync(string relativePath, CancellationToken cancellationToken) => store.DeleteAsync(relativePath, cancellationToken);

    public Task<int> DropUnfinishedAsync(TimeSpan age, IReadOnlySet<string> except, CancellationToken cancellationToken) =>
        store.DropUnfinishedAsync(age, except, cancellationToken);
}
