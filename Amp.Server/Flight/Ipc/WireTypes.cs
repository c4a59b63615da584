using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Server.Flight.Ipc;

/// <summary>Which Arrow types the encoder writes; the others are refused when a query is planned, not in the middle of its answer.</summary>
public static class WireTypes
{
    /// <exception cref="AmpException">INVALID_PLAN: a column is of a type that is not sent; the message names it.</exception>
    public static void Check(Schema schema)
    {
        foreach (var field in schema.FieldsList)
            Check(field.DataType, field.Name);
    }

    private static void Check(IArrowType type, string column)
    {
        switch (type)
        {
            case ListViewType or RunEndEncodedType or DictionaryType or StringViewType or BinaryViewType:
                throw new AmpException(ErrorCode.InvalidPlan, $"The column '{column}' is of Arrow type {type.Name}, which is not sent over Flight; cast it to a plain type.");
            case NestedType nested:
                foreach (var child in nested.Fields)
                    Check(child.DataType, column);
                break;
        }
    }
}
