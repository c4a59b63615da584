using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.TestKit;

namespace Amp.IntegrationTests.Lake;

/// <summary>A file of the lake tells of itself; what is damaged says so, and nothing else happens.</summary>
public sealed class SegmentFileTests
{
    [Fact]
    public async Task A_file_of_a_worker_tells_its_blocks_its_rows_and_its_version()
    {
        using var written = await WrittenTables.WriteAsync(blocks: 20);
        foreach (var (table, segment) in ((string[])["blocks", "transactions", "logs"]).Zip(written.Segments))
        {
            var stored = await written.Store.FindAsync($"test/eth/{table}/r/{segment.FileName}", TestContext.Current.CancellationToken);
            var file = await SegmentFile.ReadAsync(written.Store, stored!, TestContext.Current.CancellationToken);
            Assert.Equal(table, file.Footer.Table);
            Assert.Equal(segment.FileName, file.Name);
            Assert.Equal((0UL, 19UL, "devnet"), (file.Blocks.Start, file.Blocks.End, file.Blocks.Network));
            Assert.Equal((segment.Hash, segment.PrevHash, segment.RowCount), (file.Blocks.Hash, file.Blocks.PrevHash, file.RowCount));
            Assert.Equal(new string('a', 64), file.Footer.ManifestHash);
            Assert.Equal(0, file.Footer.Generation);
        }
    }

    [Fact]
    public async Task A_file_of_another_system_does_too()
    {
        var root = Path.Combine(Path.GetDirectoryName(SharedData.File("README.md"))!, "lake");
        var store = new FolderStore(root);
        var rows = new List<long>();
        await foreach (var stored in store.ListAsync("_/eth_rpc", recursive: true, TestContext.Current.CancellationToken))
        {
            var file = await SegmentFile.ReadAsync(store, stored, TestContext.Current.CancellationToken);
            Assert.Equal((15_000_000UL, 15_000_000UL), (file.Blocks.Start, file.Blocks.End));
            Assert.Null(file.Footer.ManifestHash);
            rows.Add(file.RowCount);
        }

        Assert.Equal([1, 719, 348], rows);
    }

    [Fact]
    public async Task Damage_is_told_whatever_it_is()
    {
        using var written = await WrittenTables.WriteAsync(blocks: 5);
        var whole = await File.ReadAllBytesAsync(written.PathOf("blocks"), TestContext.Current.CancellationToken);
        var folder = Directory.CreateTempSubdirectory("amp-damage-").FullName;
        try
        {
            var store = new FolderStore(folder);
            Assert.Contains("cut off", await FaultOfAsync(store, whole[..^1]), StringComparison.Ordinal);
            Assert.Contains("cut off", await FaultOfAsync(store, whole[..(whole.Length / 2)]), StringComparison.Ordinal);
            Assert.Contains("cut off", await FaultOfAsync(store, "PAR1"u8.ToArray()), StringComparison.Ordinal);
            Assert.Contains("longer than the file", await FaultOfAsync(store, [.. "PAR1"u8, .. new byte[8], 0xff, 0xff, 0, 0, .. "PAR1"u8]), StringComparison.Ordinal);

            // A struct in a struct in a struct, without end.
            var nested = Enumerable.Repeat((byte)0x1c, 60_000).ToArray();
            Assert.Contains("damaged", await FaultOfAsync(store, [.. "PAR1"u8, .. nested, .. BitConverter.GetBytes(nested.Length), .. "PAR1"u8]), StringComparison.Ordinal);
            nested = Enumerable.Repeat((byte)0x19, 60_000).ToArray();
            Assert.Contains("damaged", await FaultOfAsync(store, [.. "PAR1"u8, .. nested, .. BitConverter.GetBytes(nested.Length), .. "PAR1"u8]), StringComparison.Ordinal);

            // Any byte of the footer may be any other: either it is read, or it is told.
            var seed = Random.Shared.Next();
            var random = new Random(seed);
            for (var i = 0; i < 300; i++)
            {
                var damaged = whole.ToArray();
                damaged[damaged.Length - 9 - random.Next(2_000)] = (byte)random.Next(256);
                await File.WriteAllBytesAsync(Path.Combine(folder, "f.parquet"), damaged, TestContext.Current.CancellationToken);
                try
                {
                    await SegmentFile.ReadAsync(store, new StoredFile("f.parquet", damaged.Length), TestContext.Current.CancellationToken);
                }
                catch (AmpException e)
                {
                    Assert.True(e.Code == ErrorCode.ObjectStoreError && !e.IsRetryable, $"seed {seed}: {e}");
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> FaultOfAsync(FolderStore store, byte[] bytes)
    {
        await File.WriteAllBytesAsync(Path.Combine(store.Root, "f.parquet"), bytes);
        var fault = await Assert.ThrowsAsync<NotASegmentException>(
            () => SegmentFile.ReadAsync(store, new StoredFile("f.parquet", bytes.Length), TestContext.Current.CancellationToken));
        Assert.Contains("'f.parquet' is not a segment", fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsRetryable);
        return fault.Message;
    }
}
