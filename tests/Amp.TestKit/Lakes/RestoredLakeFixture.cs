using Xunit;

namespace Amp.TestKit.Lakes;

/// <summary>One restored lake for the tests of a class: they only read it.</summary>
public sealed class RestoredLakeFixture : IAsyncLifetime
{
    public RestoredLake Lake { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Lake = await RestoredLake.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (Lake is not null)
            await Lake.DisposeAsync();
    }
}
