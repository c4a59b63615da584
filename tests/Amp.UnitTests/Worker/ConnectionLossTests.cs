using Amp.Shared.Faults;
using Amp.Worker.Coordination;
using Npgsql;

namespace Amp.UnitTests.Worker;

/// <summary>A lost connection is waited out; what the database says of a statement is told.</summary>
public sealed class ConnectionLossTests
{
    [Theory]
    [InlineData("08006", true)]
    [InlineData("08P01", true)]
    [InlineData("57P01", true)]
    [InlineData("57P02", true)]
    [InlineData("57P03", true)]
    [InlineData("57P05", true)]
    [InlineData("57P04", false)]
    [InlineData("57014", false)]
    [InlineData("40001", false)]
    [InlineData("40P01", false)]
    [InlineData("53100", false)]
    [InlineData("53300", false)]
    [InlineData("23505", false)]
    [InlineData("42P01", false)]
    [InlineData("22003", false)]
    public void Of_what_the_server_says_it_is_the_words_about_the_connection(string sqlState, bool isLoss) =>
        Assert.Equal(isLoss, ConnectionLoss.Is(new PostgresException("said", "ERROR", "ERROR", sqlState)));

    public static TheoryData<Exception, bool> Others => new()
    {
        { new NpgsqlException("broken", new IOException("reset")), true },
        { new NpgsqlException("no answer", new TimeoutException()), true },
        { new NpgsqlException("a misuse"), false },
        { new IOException("a disk"), false },
        { new AmpException(ErrorCode.LeaseLost, "gone"), false },
        { new OperationCanceledException(), false },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Of_other_faults_it_is_those_of_the_way_to_the_server(Exception fault, bool isLoss) => Assert.Equal(isLoss, ConnectionLoss.Is(fault));
}
