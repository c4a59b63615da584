using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace Amp.Query.Execution;

/// <summary>The calls of DuckDB's C interface that DuckDB.NET does not declare. All of them live here.</summary>
internal static partial class DuckNative
{
    private const string Library = "duckdb";

    [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_column_count")]
    public static partial ulong PreparedColumnCount(DuckDBPreparedStatement statement);

    /// <summary>The caller frees the text by <see cref="Free"/>.</summary>
    [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_column_name")]
    public static partial nint PreparedColumnName(DuckDBPreparedStatement statement, ulong column);

    /// <summary>The caller destroys the type by <see cref="DestroyLogicalType"/>.</summary>
    [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_column_logical_type")]
    public static partial nint PreparedColumnType(DuckDBPreparedStatement statement, ulong column);

    [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_type")]
    public static partial DuckDBStatementType PreparedType(DuckDBPreparedStatement statement);

    [LibraryImport(Library, EntryPoint = "duckdb_get_type_id")]
    public static partial DuckDBType TypeId(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_decimal_width")]
    public static partial byte DecimalWidth(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_decimal_scale")]
    public static partial byte DecimalScale(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_list_type_child_type")]
    public static partial nint ListChildType(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_array_type_child_type")]
    public static partial nint ArrayChildType(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_array_type_array_size")]
    public static partial ulong ArraySize(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_count")]
    public static partial ulong StructChildCount(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_name")]
    public static partial nint StructChildName(nint type, ulong index);

    [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_type")]
    public static partial nint StructChildType(nint type, ulong index);

    [LibraryImport(Library, EntryPoint = "duckdb_map_type_key_type")]
    public static partial nint MapKeyType(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_map_type_value_type")]
    public static partial nint MapValueType(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_enum_dictionary_size")]
    public static partial uint EnumSize(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_enum_dictionary_value")]
    public static partial nint EnumValue(nint type, ulong index);

    [LibraryImport(Library, EntryPoint = "duckdb_enum_internal_type")]
    public static partial DuckDBType EnumInternalType(nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_logical_type")]
    public static partial void DestroyLogicalType(ref nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_free")]
    public static partial void Free(nint pointer);

    [LibraryImport(Library, EntryPoint = "duckdb_vector_get_data")]
    public static unsafe partial void* VectorData(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_vector_get_validity")]
    public static unsafe partial ulong* VectorValidity(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_list_vector_get_child")]
    public static partial nint ListChild(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_struct_vector_get_child")]
    public static partial nint StructChild(nint vector, ulong index);

    [LibraryImport(Library, EntryPoint = "duckdb_array_vector_get_child")]
    public static partial nint ArrayChild(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_create_logical_type")]
    public static partial nint CreateType(DuckDBType type);

    [LibraryImport(Library, EntryPoint = "duckdb_create_decimal_type")]
    public static partial nint CreateDecimalType(byte width, byte scale);

    /// <summary>The element's type stays the caller's.</summary>
    [LibraryImport(Library, EntryPoint = "duckdb_create_list_type")]
    public static partial nint CreateListType(nint element);

    /// <summary>The types and names of the members stay the caller's.</summary>
    [LibraryImport(Library, EntryPoint = "duckdb_create_struct_type")]
    public static unsafe partial nint CreateStructType(nint* types, nint* names, ulong count);

    [LibraryImport(Library, EntryPoint = "duckdb_create_scalar_function")]
    public static partial nint CreateScalarFunction();

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_scalar_function")]
    public static partial void DestroyScalarFunction(ref nint function);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetFunctionName(nint function, string name);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_add_parameter")]
    public static partial void AddFunctionParameter(nint function, nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_return_type")]
    public static partial void SetFunctionReturnType(nint function, nint type);

    /// <summary>Nulls are handed to the function; otherwise a null argument makes a null.</summary>
    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_special_handling")]
    public static partial void SetFunctionTakesNulls(nint function);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_extra_info")]
    public static unsafe partial void SetFunctionInfo(nint function, nint info, delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_function")]
    public static unsafe partial void SetFunctionBody(nint function, delegate* unmanaged[Cdecl]<nint, nint, nint, void> body);

    [LibraryImport(Library, EntryPoint = "duckdb_register_scalar_function")]
    public static partial DuckDBState RegisterScalarFunction(DuckDBNativeConnection connection, nint function);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_get_extra_info")]
    public static partial nint FunctionInfo(nint info);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_error", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetFunctionError(nint info, string error);

    [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_get_size")]
    public static partial ulong ChunkSize(nint chunk);

    [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_get_vector")]
    public static partial nint ChunkVector(nint chunk, ulong column);

    /// <summary>The caller destroys the type.</summary>
    [LibraryImport(Library, EntryPoint = "duckdb_vector_get_column_type")]
    public static partial nint VectorType(nint vector);

    /// <summary>Also of bytes.</summary>
    [LibraryImport(Library, EntryPoint = "duckdb_vector_assign_string_element_len")]
    public static unsafe partial void SetText(nint vector, ulong row, byte* text, ulong length);

    [LibraryImport(Library, EntryPoint = "duckdb_vector_ensure_validity_writable")]
    public static partial void EnsureValidity(nint vector);

    [LibraryImport(Library, EntryPoint = "duckdb_list_vector_reserve")]
    public static partial DuckDBState ReserveList(nint vector, ulong elements);

    [LibraryImport(Library, EntryPoint = "duckdb_list_vector_set_size")]
    public static partial DuckDBState SetListSize(nint vector, ulong elements);

    /// <summary>A text that DuckDB allocated; it is freed.</summary>
    public static string TakeText(nint text)
    {
        try
        {
            return Marshal.PtrToStringUTF8(text) ?? "";
        }
        finally
        {
            Free(text);
        }
    }
}
