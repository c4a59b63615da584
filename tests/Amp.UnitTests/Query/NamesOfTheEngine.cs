using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Query;

/// <summary>Datasets of the default namespace that are called as schemas and catalogs of the engine are.</summary>
public sealed class NamesOfTheEngine : IDisposable
{
    private static readonly Schema _columns = new([new Field("_block_num", UInt64Type.Default, false)], null);

    private readonly QueryEngine _engine = new(
        (questions, _) => Task.FromResult<IReadOnlyList<TableSnapshot>>([.. questions.Select(_ => new TableSnapshot(_columns, [], null))]),
        new QueryLimits { DataFolders = [] },
        TimeProvider.System);

    public static TheoryData<string> Names => ["main", "pg_catalog", "information_schema", "amp", "memory", "temp", "system"];

    public void Dispose() => _engine.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task They_are_read_by_their_full_name_and_the_short_one_tells_it(string name)
    {
        await using (var query = await _engine.PlanAsync($"select t._block_num from \"_/{name}\".t", TestContext.Current.CancellationToken))
            Assert.Equal("_block_num", query.Schema.FieldsList[0].Name);
        var fault = await Assert.ThrowsAsync<AmpException>(() => _engine.PlanAsync($"select * from {name}.t", TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.TableNotFoundError, fault.Code);
        Assert.Contains($"write \"_/{name}\".t", fault.Message, StringComparison.Ordinal);
    }
}
