using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Lake.Stores;
using Amp.TestKit.Lakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.IntegrationTests.Query;

/// <summary>A folder is called as its owner likes; to the engine a path is a pattern.</summary>
public sealed class FoldersOfAnyName : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("amp-names-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("plain")]
    [InlineData("with [brackets]")]
    [InlineData("star*")]
    [InlineData("question?")]
    [InlineData("[a-z]*?")]
    [InlineData("it's {a,b} \"quoted\"")]
    public async Task Its_files_are_read_and_no_others(string name)
    {
        var store = new FolderStore(Path.Combine(_folder, name));
        await using var lake = await SmallLake.CreateAsync(store);
        await lake.AddAsync("one", 0, 0);
        await lake.AddAsync("one", 1, 1);
        await lake.AddAsync("two", 0, 1);

        // What a pattern would match besides.
        foreach (var file in Directory.GetFiles(store.Root, "*.parquet", SearchOption.AllDirectories))
        {
            var twin = file.Replace(name, name.Replace("*", "more", StringComparison.Ordinal).Replace("?", "x", StringComparison.Ordinal).Replace("[a-z]", "q", StringComparison.Ordinal), StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(twin)!);
            if (twin != file)
                File.Copy(file, twin);
        }

        await using var catalog = new DatasetCatalog(lake.Database.DataSource, store.Root, TimeProvider.System, NullLogger<DatasetCatalog>.Instance);
        using var engine = new QueryEngine(catalog, new QueryLimits { DataFolders = [store.Root] }, TimeProvider.System);
        Assert.Equal(2L * SmallLake.RowsPerBlock, await engine.ScalarAsync("select count(n) as c from \"test/small@dev\".one"));
    }
}
