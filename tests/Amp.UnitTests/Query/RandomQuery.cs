namespace Amp.UnitTests.Query;

/// <summary>A query made at random, as tokens; columns called from and to are marked with ¤.</summary>
internal sealed class RandomQuery
{
    private readonly Random _random;
    private readonly List<string> _tokens = [];
    private int _left = 60;

    public RandomQuery(Random random)
    {
        _random = random;
        Query();
    }

    public IReadOnlyList<string> Tokens => _tokens;

    private void Add(params string[] tokens) => _tokens.AddRange(tokens);

    private bool Once(int of) => _random.Next(of) == 0;

    private void Query()
    {
        Select();
        if (Once(6))
        {
            Add("union", "all");
            Select();
        }

        if (Once(3))
        {
            Add("order", "by");
            List(() =>
            {
                Expression();
                if (Once(2))
                    Add("desc", "nulls", "last");
            });
        }

        if (Once(5))
            Add("limit", "3");
    }

    private void Select()
    {
        if (Once(8))
        {
            Add("from");
            Source();
            Add("select");
            List(Expression);
            return;
        }

        Add("select");
        if (Once(4))
            Add("distinct");
        if (_tokens[^1] == "distinct" && Once(2))
        {
            Add("on", "(");
            List(Expression);
            Add(")");
        }

        List(Item);
        Add("from");
        Source();
        if (Once(2))
        {
            Add("where");
            Expression();
        }

        if (Once(4))
        {
            Add("group", "by");
            List(Expression);
            if (Once(2))
            {
                Add("having");
                Expression();
            }
        }
    }

    private void Item()
    {
        switch (_random.Next(8))
        {
            case 0:
                Add("*");
                break;
            case 1:
                Add("*", "exclude", "(", "¤from", ")");
                if (Once(2))
                    _tokens.InsertRange(_tokens.Count - 1, [",", "¤to"]);
                break;
            default:
                Expression();
                if (Once(3))
                    Add("as", Once(2) ? "from" : "to");
                break;
        }
    }

    private void Source()
    {
        switch (_left > 0 ? _random.Next(6) : 0)
        {
            case 0 or 1:
                Add("t");
                break;
            case 2:
                Add("(");
                Select();
                Add(")", "as", "x", "(");
                List(Name);
                Add(")");
                break;
            case 3:
                Add("t", "join", "u", "using", "(");
                List(Name);
                Add(")");
                break;
            case 4:
                Add("t", "join", "u", "on");
                Expression();
                break;
            default:
                Add("(", "from", "t", ")");
                break;
        }
    }

    private void Name() => Add(_random.Next(3) switch { 0 => "¤from", 1 => "¤to", _ => "a" });

    private void List(Action item)
    {
        item();
        while (Once(2) && _left > 0)
        {
            Add(",");
            item();
        }
    }

    private void Expression()
    {
        if (--_left < 0)
        {
            Name();
            return;
        }

        switch (_random.Next(18))
        {
            case 0:
                Add("(");
                Expression();
                Add(")");
                break;
            case 1:
                Add("f", "(");
                List(Expression);
                Add(")");
                break;
            case 2:
                Add("case", "when");
                Expression();
                Add("then");
                Expression();
                Add("else");
                Expression();
                Add("end");
                break;
            case 3:
                Add("extract", "(", "year", "from");
                Expression();
                Add(")");
                break;
            case 4:
                Add("substring", "(");
                Name();
                Add("from");
                Name();
                Add("for", "2", ")");
                break;
            case 5:
                Add("trim", "(", "both", "' from '", "from");
                Name();
                Add(")");
                break;
            case 6:
                Name();
                Add("is", "distinct", "from");
                Name();
                break;
            case 7:
                Add("cast", "(");
                Expression();
                Add("as", "ubigint", ")");
                break;
            case 8:
                Add("count", "(", "distinct");
                Name();
                Add(")", "over", "(", "partition", "by");
                List(Name);
                Add("order", "by");
                Name();
                Add(")");
                break;
            case 9 or 10:
                Name();
                Add(((string[])["+", "*", "=", "<>", "||", "and", "or", "-"])[_random.Next(8)], "(");
                Expression();
                Add(")");
                break;
            case 11:
                Add("t", ".", Once(2) ? "from" : "to");
                break;
            case 12:
                Add(((string[])["'from, to'", "$$ select from $$", "e'\\' to'", "'it''s `from`'", "42", "\"`from`\""])[_random.Next(6)]);
                break;
            case 13:
                Name();
                Add("in", "(");
                List(Expression);
                Add(")");
                break;
            case 14 when Once(2):
                Name();
                Add("like");
                Name();
                break;
            case 14:
                Add("exists", "(", "from", "t", ")");
                break;
            default:
                Name();
                break;
        }
    }
}
