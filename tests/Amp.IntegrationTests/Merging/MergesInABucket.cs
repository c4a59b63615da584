using Amp.Shared.Lake.Stores;
using Amp.TestKit.Stores;

namespace Amp.IntegrationTests.Merging;

public sealed class MergesInABucket : EveryMerge
{
    private TestBucket _bucket = null!;

    public override async ValueTask InitializeAsync() => _bucket = await TestBucket.CreateAsync();

    public override async ValueTask DisposeAsync()
    {
        if (_bucket is not null)
            await _bucket.DisposeAsync();
    }

    protected override IObjectStore Open(string spool) => new S3Store($"s3://{_bucket.Name}/lake", "data_dir", _bucket.Settings, spool, TimeProvider.System);
}
