using Amp.Shared.Lake.Stores;

namespace Amp.IntegrationTests.Stores;

public sealed class AFolder : EveryStore
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"amp-store-{Guid.NewGuid():N}");

    protected override long LargeSize => 3L << 20;

    public override ValueTask DisposeAsync()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    protected override Task<IObjectStore> OpenAsync() => Task.FromResult<IObjectStore>(new FolderStore(_folder));

    protected override Task<IReadOnlyList<string>> EverythingAsync() =>
        Task.FromResult<IReadOnlyList<string>>(Directory.Exists(_folder) ? Directory.GetFiles(_folder, "*", SearchOption.AllDirectories) : []);

    protected override async Task LeaveUnfinishedAsync(string path) =>
        await File.WriteAllTextAsync(Store.OpenWrite(path).LocalPath, "half", Cancellation);
}
