using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Amp.Query.Sql;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Query;

/// <summary>Columns called from and to without quotes: each query means what it means with them, or is refused.</summary>
public sealed class BareNamesAreColumns(SharedEngine shared) : IClassFixture<SharedEngine>
{
    [Theory]
    [InlineData("select ¤from¤, ¤to¤ from t")]
    [InlineData("SELECT ¤FROM¤, ¤To¤ FROM t")]
    [InlineData("select a, ¤from¤ from t")]
    [InlineData("select ¤from¤ from ¤from¤")]
    [InlineData("select ¤from¤ sender, ¤to¤ receiver from t")]
    [InlineData("select t.from, t . to, x as from, y as to, ¤to¤ from t")]
    [InlineData("select 'from, to' as a, \"from\", ¤from¤ /* from */ -- to, from\n, ¤to¤, $$ from $$, $q$ to $q$, e'\\' from, to' from t")]
    [InlineData("select distinct ¤from¤, ¤to¤ from t")]
    [InlineData("select distinct on (¤from¤, a) ¤from¤, ¤to¤ from t")]
    [InlineData("select count(distinct ¤from¤) filter (where ¤from¤ > 0), sum(¤to¤) over (partition by ¤from¤ order by a, ¤to¤ desc) from t group by a, ¤from¤ having ¤to¤ > 1")]
    [InlineData("select extract(year from ¤from¤), substring(¤to¤ from 1 for ¤to¤), substring(¤from¤ from ¤from¤), trim(both ' ' from ¤to¤), trim(¤from¤), overlay(¤from¤ placing 'x' from 2) from t")]
    [InlineData("select ¤from¤ is distinct from ¤to¤, ¤to¤ is not distinct from ¤from¤, a is distinct from b from t")]
    [InlineData("select case ¤from¤ when ¤to¤ then ¤from¤ else ¤to¤ end, case when a then ¤to¤ end from t")]
    [InlineData("select -¤from¤, 2 * ¤from¤, a * ¤to¤, (¤from¤), (¤from¤ + 1) * ¤to¤, [¤from¤, ¤to¤], {'a': ¤from¤}, ¤from¤::text, ¤from¤[1], ¤to¤ || ¤from¤ from t")]
    [InlineData("select * exclude (¤from¤, ¤to¤) replace (¤from¤ + 1 as a) from t where ¤from¤ in (¤to¤, 2) and ¤to¤ between ¤from¤ and ¤to¤ or not ¤from¤ is null")]
    [InlineData("select *, ¤from¤ from t order by ¤from¤, ¤to¤ desc nulls last limit 1")]
    [InlineData("from t select ¤from¤, ¤to¤")]
    [InlineData("select ¤from¤ from (from t) union all from t union select ¤to¤ from t")]
    [InlineData("with x(¤from¤, ¤to¤) as (select 1, 2), y as (from x) select ¤to¤ from x join y using (¤from¤) join z on ¤to¤ = a and ¤from¤ = y.from")]
    [InlineData("select list_transform(l, x -> ¤from¤ + x), [¤to¤ for x in l] from t where exists (from u where ¤to¤ = 1)")]
    [InlineData("select ¤to¤ from t where a similar to 'x' and ¤to¤ like ¤from¤ escape 'y'")]
    [InlineData("select ¤from¤, from t")]
    public void A_bare_name_is_the_column_and_every_other_one_the_keyword(string sql)
    {
        var quoted = SameTree(sql.Replace("¤FROM¤", "\"from\"", StringComparison.Ordinal).Replace("¤To¤", "\"to\"", StringComparison.Ordinal)
            .Replace("¤from¤", "\"from\"", StringComparison.Ordinal).Replace("¤to¤", "\"to\"", StringComparison.Ordinal));
        Assert.Equal(quoted, SameTree(sql.Replace("¤", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("select a, from sender from t")]
    [InlineData("select a from, b from t")]
    [InlineData("select a to from t")]
    [InlineData("select a, b from t where from to")]
    [InlineData("select from(a) from t")]
    [InlineData("select a from t as from")]
    public void What_is_unclear_is_refused(string sql) =>
        Assert.Equal(ErrorCode.SqlParseError, Assert.Throws<AmpException>(() => SqlParser.Parse(shared.Connection, sql)).Code);

    [Theory]
    [InlineData("select a, from t")]
    [InlineData("select a from t where (from u select 1)")]
    [InlineData("select extract(year from a), trim(from a), substring(a from 2 for 1), a is distinct from b from t")]
    [InlineData("from a select b union all from c")]
    [InlineData("select '`x` from' as \"`to`\", /* x'7 */ $$ x'7' $$ from t -- bigint unsigned")]
    [InlineData("select a from t except (select b from u)")]
    [InlineData("select * from t where a = 'struct(1)' and \"arrow_cast\" = 1")]
    [InlineData("select 1 as approx_distinct, struct from struct")]
    public void What_the_engine_reads_is_left_as_it_is(string sql) =>
        Assert.Equal(sql.Replace(" -- bigint unsigned", "", StringComparison.Ordinal), SqlParser.Parse(shared.Connection, sql).Sql.Text);

    [Theory]
    [InlineData("select x'00', `a`, b b b from t", "b from")]
    [InlineData("select approx_percentile_cont(0.5) within group (order by a), `b` c c from t", "c from")]
    [InlineData("select arrow_cast(1, 'Utf8'), struct(1, b b) from t", "b) from")]
    [InlineData("select 'é\U0001F600', `a`, b b b from t", "b from")]
    [InlineData("select from, to, a a a from t", ", to")]
    public void Places_of_mistakes_are_those_of_the_users_text(string sql, string near)
    {
        var told = Assert.Throws<AmpException>(() => SqlParser.Parse(shared.Connection, sql)).Message;
        Assert.Equal(near, sql[int.Parse(told.Split("(position ")[1].Split(')')[0], CultureInfo.InvariantCulture)..][..near.Length]);
    }

    [Fact]
    public void Whatever_stands_around_them_queries_mean_what_they_mean_with_quotes()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var bridged = 0;
        for (var i = 0; i < 400; i++)
        {
            var tokens = new RandomQuery(random).Tokens;
            var quoted = Written(tokens, random, bare: false);
            var bare = Written(tokens, random, bare: true);

            // Some are none to the engine, such as one with a name in its list twice.
            if (shared.Connection.JsonTree(quoted).StartsWith("{\"error\":true", StringComparison.Ordinal))
                continue;
            var strict = SqlParser.Parse(shared.Connection, quoted);

            // What is written for the engine goes to it as it is.
            Assert.StartsWith(strict.Sql.Text, quoted, StringComparison.Ordinal);
            var read = SqlParser.Parse(shared.Connection, bare);
            Assert.True(Tree(strict) == Tree(read), $"seed {seed}, query {i}\n{quoted}\n{bare}\n{read.Sql.Text}");
            bridged += read.Sql.Text == SqlRepair.Repair(bare).Text ? 0 : 1;
        }

        Assert.InRange(bridged, 150, 400);
    }

    /// <summary>Marked names become quoted ones, or bare ones and those of other dialects; anything may stand between tokens.</summary>
    private static string Written(IReadOnlyList<string> tokens, Random random, bool bare)
    {
        string[] between = [" ", " ", " ", "\n", "\t", " /* from, to */ ", " -- from t, to 'x\n", " /* a /* `to` */ \" */ "];
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(token[0] switch
            {
                '¤' when bare => random.Next(6) switch { 0 => $"`{token[1..]}`", 1 => $"\"{token[1..]}\"", 2 => token[1..].ToUpperInvariant(), _ => token[1..] },
                '¤' => $"\"{token[1..]}\"",
                _ when bare && token == "exclude" => "EXCEPT",
                _ when bare && token == "ubigint" => "bigint unsigned",
                _ => token,
            });
            text.Append(between[random.Next(between.Length)]);
        }

        return text.ToString().TrimStart();
    }

    private string SameTree(string sql) => Tree(SqlParser.Parse(shared.Connection, sql));

    private static string Tree(ParsedQuery query) =>
        Regex.Replace(query.Node.GetRawText(), "\"query_location\":[0-9]+", "", RegexOptions.CultureInvariant);
}
