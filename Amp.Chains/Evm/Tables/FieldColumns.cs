using Amp.Chains.Evm.Json;
using Amp.Chains.Rows;

namespace Amp.Chains.Evm.Tables;

/// <summary>Texts of JSON fields straight into columns.</summary>
internal static class FieldColumns
{
    public static void Bytes(this FixedColumn column, FieldReader fields, ReadOnlySpan<byte> text, string field) =>
        fields.Bytes(text, field, column.Append());

    public static void BytesOrNull(this FixedColumn column, FieldReader fields, ReadOnlySpan<byte> text, string field)
    {
        if (text.IsEmpty)
            column.AppendNull();
        else
            fields.Bytes(text, field, column.Append());
    }

    public static void BytesOrZero(this FixedColumn column, FieldReader fields, ReadOnlySpan<byte> text, string field)
    {
        if (text.IsEmpty)
            column.AppendZero();
        else
            fields.Bytes(text, field, column.Append());
    }

    public static void U64(this FixedColumn column, FieldReader fields, ReadOnlySpan<byte> text, string field) =>
        column.Append(fields.U64(text, field));

    public static void U64OrNull(this FixedColumn column, FieldReader fields, ReadOnlySpan<byte> text, string field)
    {
        if (text.IsEmpty)
            column.AppendNull();
        else
            column.Append(fields.U64(text, field));
    }

    public static void Wei(this FixedColumn column, FieldReader fields, ReadOnlySpan<byte> text, string field) =>
        column.Append(fields.Wei(text, field));

    public static void WeiOrNull(this FixedColumn column, FieldReader fields, ReadOnlySpan<byte> text, string field)
    {
        if (text.IsEmpty)
            column.AppendNull();
        else
            column.Append(fields.Wei(text, field));
    }
}
