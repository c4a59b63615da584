using Amp.Chains.Rows;
using Apache.Arrow.Types;

namespace Amp.Chains.Evm.Tables;

/// <summary>Columns of the types of <see cref="EvmTypes"/>.</summary>
internal static class EvmColumns
{
    private const int WordSize = 32;
    private const int AddressSize = 20;
    private const int WeiSize = 16;

    public static FixedColumn U64(bool nullable = false) => new(EvmTypes.U64, sizeof(ulong), nullable);

    public static FixedColumn U32() => new(EvmTypes.U32, sizeof(uint));

    public static FixedColumn I32() => new(EvmTypes.I32, sizeof(int));

    public static FixedColumn Word(bool nullable = false) => new(EvmTypes.Word, WordSize, nullable);

    public static FixedColumn Address(bool nullable = false) => new(EvmTypes.Address, AddressSize, nullable);

    public static FixedColumn Wei(bool nullable = false) => new(EvmTypes.Wei, WeiSize, nullable);

    public static FixedColumn Timestamp() => new(EvmTypes.Timestamp, sizeof(long));

    public static BoolColumn Bool() => new();

    public static BytesColumn Bytes() => new(EvmTypes.Bytes);

    public static BytesColumn Text() => new(EvmTypes.Text);

    public static ListColumn ListOf(Column element, bool nullable = false) => new(EvmTypes.ListOf(element.Type), element, nullable);
}
