using System.Text.Json;
using Amp.Shared.Faults;
using Ctes = System.Collections.Immutable.ImmutableDictionary<string, Amp.Query.Sql.SizedColumns>;

namespace Amp.Query.Sql;

/// <summary>About how many bytes the value of an expression may take, when a column of a table takes <see cref="SizedColumns.OfTable"/>.</summary>
internal sealed class ExpressionSizes(Func<JsonElement, SizeScope?, Ctes, SizedColumns> nodes, Action step)
{
    private const double Number = 16;

    /// <summary>Elements of all fixed-size arrays, which have room for them in every row, null or not.</summary>
    private const int MaxArrays = 1024;

    /// <summary>What counts as a large value, of which a query makes only so many.</summary>
    private const double Large = 1024;

    /// <summary>Values that are written out in the SQL are there once, and not once a row.</summary>
    private const double MaxConstant = 4 * 1024 * 1024;

    private double _arrays;
    private double _made;

    public double Of(JsonElement expression, SizeScope scope, Ctes ctes)
    {
        step();
        return expression.Text("class") switch
        {
            "CONSTANT" => OfConstant(expression),
            "COLUMN_REF" => Math.Max(Number, scope.Of([.. expression.Texts("column_names")])),
            "STAR" => Checked(expression, scope, ctes, scope.Largest),
            "POSITIONAL_REFERENCE" => scope.Largest,
            "FUNCTION" or "WINDOW" => Function(expression, scope, ctes),
            "CASE" => Case(expression, scope, ctes),
            "CAST" => Cast(expression, scope, ctes),
            "COLLATE" => Of(expression.GetProperty("child"), scope, ctes),
            "SUBQUERY" => Subquery(expression, scope, ctes),
            "OPERATOR" => Operator(expression, scope, ctes),
            "LAMBDA" => Limited(expression, "->", Of(expression.GetProperty("lhs"), scope, ctes) + Of(expression.GetProperty("expr"), scope, ctes)),
            _ => Checked(expression, scope, ctes, Number),
        };
    }

    /// <summary>What a table function's rows hold.</summary>
    public double OfRows(JsonElement function, SizeScope scope, Ctes ctes)
    {
        var arguments = function.Items("children").Select(a => Of(a, scope, ctes)).ToList();
        return function.Text("function_name") == "unnest" ? arguments.Append(Number).Max() : Number;
    }

    /// <summary>Looks at every expression inside, whatever it stands in.</summary>
    public void CheckAll(JsonElement element, SizeScope scope, Ctes ctes)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                CheckAll(item, scope, ctes);
        }
        else if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("class", out _))
        {
            Of(element, scope, ctes);
        }
        else if (element.Text("type").EndsWith("_NODE", StringComparison.Ordinal))
        {
            nodes(element, scope, ctes);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
                CheckAll(property.Value, scope, ctes);
        }
    }

    public bool HasStar(JsonElement expression) => expression.ValueKind switch
    {
        JsonValueKind.Array => expression.EnumerateArray().Any(HasStar),
        JsonValueKind.Object => expression.Text("class") == "STAR"
            || (expression.Text("class") is not ("CONSTANT" or "SUBQUERY") && expression.EnumerateObject().Any(p => HasStar(p.Value))),
        _ => false,
    };

    private static double OfConstant(JsonElement constant) =>
        constant.Child("value") is { } value && value.TryGetProperty("value", out var v) && v.ValueKind == JsonValueKind.String ? Math.Max(1, v.GetRawText().Length - 2) : Number;

    private double Checked(JsonElement expression, SizeScope scope, Ctes ctes, double bytes)
    {
        foreach (var property in expression.EnumerateObject().Where(p => p.Name != "cast_type"))
            CheckAll(property.Value, scope, ctes);
        return bytes;
    }

    private double Function(JsonElement function, SizeScope scope, Ctes ctes)
    {
        var name = function.Text("function_name");
        var arguments = function.Items("children").ToList();
        var sizes = new List<double>();
        foreach (var argument in arguments)
        {
            var isLambda = argument.Text("class") == "LAMBDA" && FunctionSizes.TakesLambda(name) && sizes.Count > 0;
            sizes.Add(isLambda ? Lambda(argument, sizes[0], scope, ctes) : Of(argument, scope, ctes) + argument.Text("alias").Length);
        }

        foreach (var property in function.EnumerateObject().Where(p => p.Name != "children"))
            CheckAll(property.Value, scope, ctes);
        LikePatterns.Check(name, arguments);
        if (FunctionWork.Of(name, sizes) is > FunctionWork.Max and var work && (work > FunctionWork.MaxOnce || !IsConstant(function)))
            throw GrowthGuard.TooLarge($"{name}(…) may compare about {work:F0} pairs of bytes for a row; at most {FunctionWork.Max:F0} are allowed: look for shorter texts, or in shorter ones.");
        return Limited(function, name, FunctionSizes.Of(name, arguments, sizes));
    }

    // The elements of a list together are as large as the list; what else the lambda makes, it makes for each.
    private double Lambda(JsonElement lambda, double list, SizeScope scope, Ctes ctes)
    {
        for (var outer = scope; outer is not null; outer = outer.Outer)
        {
            if (outer.IsLambda)
                throw new AmpException(ErrorCode.InvalidPlan, "A lambda stands inside of a lambda: its work is that of both lists multiplied, which is not allowed. Use unnest(…) and join.");
        }

        var body = lambda.GetProperty("expr");
        var left = lambda.GetProperty("lhs");
        var parameters = left.Text("class") == "FUNCTION" ? left.Items("children").SelectMany(c => c.Texts("column_names")) : left.Texts("column_names");
        string[] names = [.. parameters];
        return Of(body, SizeScope.Lambda(names, list, scope), ctes)
            + FunctionSizes.Elements(list) * Of(body, SizeScope.Lambda(names, 0, scope), ctes);
    }

    private double Case(JsonElement expression, SizeScope scope, Ctes ctes)
    {
        double largest = 0;
        foreach (var check in expression.Items("case_checks"))
        {
            CheckAll(check.GetProperty("when_expr"), scope, ctes);
            largest = Math.Max(largest, Of(check.GetProperty("then_expr"), scope, ctes));
        }

        return expression.Child("else_expr") is { } otherwise ? Math.Max(largest, Of(otherwise, scope, ctes)) : largest;
    }

    private double Cast(JsonElement cast, SizeScope scope, Ctes ctes)
    {
        var child = Of(cast.GetProperty("child"), scope, ctes);
        var type = cast.GetProperty("cast_type");
        var room = ArrayRoom(type);
        if ((_arrays += room) > MaxArrays)
            throw GrowthGuard.TooLarge($"Array types of {_arrays:F0} elements together are used; at most {MaxArrays} are allowed: use lists (types without a size).");
        return type.Text("id") switch
        {
            // Text of a list or struct has quotes around what it holds, and signs before quotes, at each level twice as many; of bytes, four signs each.
            "VARCHAR" or "UNBOUND" or "USER" or "VARIANT" when cast.GetProperty("child").Text("class") != "CONSTANT" => Limited(cast, "CAST", 4 * child),
            "VARCHAR" or "BLOB" or "BIT" or "LIST" or "STRUCT" or "MAP" or "UNION" or "UNBOUND" or "USER" or "VARIANT" => child,
            "ARRAY" => child + room * Number,
            _ => Number,
        };
    }

    private static double ArrayRoom(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.Array => type.EnumerateArray().Sum(ArrayRoom),
        JsonValueKind.Object when type.Text("id") == "ARRAY" && type.Child("type_info") is { } info && info.TryGetProperty("size", out var size) =>
            size.GetDouble() * Math.Max(1, info.Child("child_type") is { } child ? ArrayRoom(child) : 1),
        JsonValueKind.Object => type.EnumerateObject().Sum(p => ArrayRoom(p.Value)),
        _ => 0,
    };

    private double Subquery(JsonElement expression, SizeScope scope, Ctes ctes)
    {
        if (expression.Child("child") is { } child)
            CheckAll(child, scope, ctes);
        var rows = expression.Child("subquery")?.Child("node") is { } node ? nodes(node, scope, ctes) : SizedColumns.Table;
        return expression.Text("subquery_type") == "SCALAR" ? rows.Largest : Number;
    }

    private double Operator(JsonElement expression, SizeScope scope, Ctes ctes)
    {
        var sizes = expression.Items("children").Select(c => Of(c, scope, ctes)).ToList();
        return expression.Text("type") switch
        {
            "ARRAY_EXTRACT" or "ARRAY_SLICE" or "STRUCT_EXTRACT" or "OPERATOR_TRY" => sizes.FirstOrDefault(Number),
            "OPERATOR_COALESCE" or "OPERATOR_NULLIF" => sizes.Append(Number).Max(),
            "ARRAY_CONSTRUCTOR" or "OPERATOR_UNPACK" => Limited(expression, "[…]", sizes.Sum() + sizes.Count * Number),
            _ => Number,
        };
    }

    private double Limited(JsonElement expression, string name, double bytes)
    {
        if (bytes <= Large || (bytes <= MaxConstant && IsConstant(expression)))
            return bytes;

        if (bytes > GrowthGuard.MaxValueBytes)
            throw GrowthGuard.TooLarge($"{name}(…) may make a value of about {bytes:F0} bytes; at most {GrowthGuard.MaxValueBytes} are allowed for one value.");

        // Also those that only others see: the engine keeps room for every expression at once.
        if ((_made += bytes) > GrowthGuard.MaxQueryBytes)
            throw GrowthGuard.TooLarge($"The expressions of the query together may make values of about {_made:F0} bytes a row; at most {GrowthGuard.MaxQueryBytes} are allowed: compute fewer or shorter values.");
        return bytes;
    }

    private static bool IsConstant(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().All(IsConstant),
        JsonValueKind.Object => element.Text("class") is not ("COLUMN_REF" or "SUBQUERY" or "STAR" or "LAMBDA" or "POSITIONAL_REFERENCE" or "WINDOW")
            && element.EnumerateObject().All(p => IsConstant(p.Value)),
        _ => true,
    };
}
