using Amp.Shared.Lake.Stores;
using Amp.TestKit;

namespace Amp.IntegrationTests.Merging;

public sealed class MergesInAFolder : EveryMerge
{
    private readonly string _folder = TestFolder.Create("amp-merged-");

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    protected override IObjectStore Open(string spool) => new FolderStore(_folder);
}
