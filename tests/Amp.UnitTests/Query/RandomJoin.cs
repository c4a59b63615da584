using System.Globalization;

namespace Amp.UnitTests.Query;

/// <summary>A random query of two to four sources of block numbers: tables, subqueries, CTEs and recursions, some of them with the name of another, under every kind of join, with conditions wherever one can stand.</summary>
internal sealed class RandomJoin(Random random, IReadOnlyList<string> datasets, int blocks)
{
    private static readonly string[] _joins = ["join", "join", "left join", "left join", "right join", "full join", "semi join", "anti join"];
    private static readonly string[] _columns = ["block_num", "block_num", "_block_num", "k"];

    private readonly List<string> _ctes = [];
    private int _names;

    /// <summary>Of all its rows the number, and a text that is another one for other rows.</summary>
    public string Sql()
    {
        var (from, shown, usesUsing) = From(random.Next(2, 5));
        var hashes = string.Join(", ", shown.Select(s => $"{s}.k, {s}.{(usesUsing ? "_block_num" : "block_num")}"));
        var where = random.Next(4) > 0 ? $" where {Conditions(shown, shown)}" : "";
        var with = _ctes.Count > 0 ? $"with {string.Join(", ", _ctes)} " : "";
        return $"{with}select count(*) as n, coalesce(sum(hash({hashes}) % 1000003), 0)::varchar as h from {from}{where}";
    }

    private (string Sql, List<string> Shown, bool UsesUsing) From(int sources)
    {
        if (sources == 1)
            return One();
        var left = random.Next(1, sources);
        var (one, shown, leftUsing) = From(left);
        var (other, otherShown, rightUsing) = From(sources - left);
        if (sources - left > 1)
            other = $"({other})";
        var isUsing = leftUsing || rightUsing;
        List<string> both = [.. shown, .. otherShown];
        switch (random.Next(6))
        {
            case 0:
                return ($"{one} cross join {other}", both, isUsing);
            case 1 when left == 1 && sources == 2:
                return ($"{one} {_joins[random.Next(5)]} {other} using (block_num)", both, true);
            default:
                var join = _joins[random.Next(_joins.Length)];
                var on = Conditions(shown, otherShown);
                if (random.Next(4) > 0)
                    on = $"{Pick(shown)}.{Pick(_columns[..3])} = {Pick(otherShown)}.{Pick(_columns[..3])} and {on}";
                return ($"{one} {join} {other} on {on}", join is "semi join" or "anti join" ? shown : both, isUsing);
        }
    }

    private (string Sql, List<string> Shown, bool UsesUsing) One()
    {
        var name = $"s{_names++}";
        var table = $"\"{Pick(datasets)}\".t";
        return (random.Next(10) switch
        {
            0 => $"(select * from {table}) {name}",
            1 => $"(select {Pick(["block_num", "k as block_num", "_block_num as block_num", "block_num + 1 as block_num"])}, k, _block_num from {table} where {Condition(["t"], ["t"])}) {name}",
            2 => $"(select * from {table} order by _block_num, k limit 20) {name}",
            3 => $"{Cte(table)} {name}",
            4 when _ctes.Count > 0 => $"{_ctes[random.Next(_ctes.Count)].Split(' ')[0]} {name}",
            5 or 6 => $"({WithIts(AnyName(), table)}) {name}",
            _ => $"{table} {name}",
        }, [name], false);
    }

    private string Cte(string table)
    {
        var name = $"c{_ctes.Count}";
        var from = _ctes.Count > 0 && random.Next(2) == 0 ? _ctes[random.Next(_ctes.Count)].Split(' ')[0] + " t" : table;
        _ctes.Add($"{name} as ({Pick([$"select * from {from}", $"select t.* from {from} where {Condition(["t"], ["t"])}", $"select distinct _block_num, block_num, k from {from}"])})");
        return name;
    }

    /// <summary>A query with a WITH of its own, which may hide one of that name outside, and reads it.</summary>
    private string WithIts(string name, string table)
    {
        var (own, other) = ($"select * from {table} where {Condition(["t"], ["t"])}", $"\"{Pick(datasets)}\".t");
        var next = string.Create(CultureInfo.InvariantCulture, $"{Pick([
            $"select t._block_num + 1::ubigint, t.block_num + 1::ubigint, t.k from {name} t where t._block_num < {blocks} and {Condition(["t"], ["t"])}",
            $"select u.* from {name} t join {other} u on u.block_num = t.block_num + 1 and {Condition(["t"], ["u"])}"])}");
        return random.Next(2) == 0
            ? $"with {name} as ({own}) select * from {name} t where {Condition(["t"], ["t"])}"
            : $"with recursive {name} as ({own} union {next}) select * from {name} t where {Condition(["t"], ["t"])}";
    }

    /// <summary>Of a CTE that is there, or that may come to be.</summary>
    private string AnyName() => string.Create(CultureInfo.InvariantCulture, $"c{random.Next(_ctes.Count + 1)}");

    private string Conditions(List<string> one, List<string> other) => string.Join(" and ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Condition(one, other)));

    private string Condition(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        var (left, right) = ($"{Pick(one)}.{Pick(_columns)}", $"{Pick(other)}.{Pick(_columns)}");
        var number = random.Next(blocks);
        return string.Create(CultureInfo.InvariantCulture, $"{random.Next(10) switch
        {
            0 or 1 => $"{left} = {right}",
            2 => $"{left} between {number} and {number + 4}",
            3 => $"{right} >= {number / 2}",
            4 => $"{number} > {left}",
            5 => $"{right} in ({number}, {number + 1}, {number + 5})",
            6 => $"({left} < {number} or {right} is null)",
            7 => $"{left} is not distinct from {right}",
            8 => $"exists (select 1 from \"{Pick(datasets)}\".t t where t.block_num = {left} and t.block_num < {number + 5})",
            _ => $"{left} < {number + 6}",
        }}");
    }

    private T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
