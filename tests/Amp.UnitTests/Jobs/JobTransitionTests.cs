using Amp.Shared.Metadata.Jobs;

namespace Amp.UnitTests.Jobs;

public sealed class JobTransitionTests
{
    // Written out once more, from the design, so that a change of the table needs a change here.
    private static readonly HashSet<(string From, string To)> _allowed =
    [
        ("SCHEDULED", "RUNNING"), ("SCHEDULED", "ERROR"), ("SCHEDULED", "FATAL"), ("SCHEDULED", "STOP_REQUESTED"),
        ("RUNNING", "COMPLETED"), ("RUNNING", "ERROR"), ("RUNNING", "FATAL"), ("RUNNING", "STOP_REQUESTED"),
        ("ERROR", "SCHEDULED"), ("ERROR", "FATAL"), ("ERROR", "STOP_REQUESTED"),
        ("STOP_REQUESTED", "STOPPING"), ("STOPPING", "STOPPED"),
        ("COMPLETED", "SCHEDULED"), ("FATAL", "SCHEDULED"), ("STOPPED", "SCHEDULED"),
    ];

    public static TheoryData<string, string> EveryPair()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var from in Enum.GetValues<JobStatus>())
        {
            foreach (var to in Enum.GetValues<JobStatus>())
                pairs.Add(from.ToWord(), to.ToWord());
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void Every_pair_of_states_is_allowed_or_refused_as_designed(string from, string to) =>
        Assert.Equal(_allowed.Contains((from, to)), JobTransitions.Allows(JobStatusText.Parse(from), JobStatusText.Parse(to)));

    [Fact]
    public void A_terminal_state_is_left_by_a_new_deploy_alone()
    {
        foreach (var from in JobTransitions.Terminal)
            Assert.Equal([JobStatus.Scheduled], Enum.GetValues<JobStatus>().Where(to => JobTransitions.Allows(from, to)));
    }

    [Fact]
    public void State_words_are_frozen() => Assert.Equal(
        ["SCHEDULED", "RUNNING", "COMPLETED", "ERROR", "FATAL", "STOP_REQUESTED", "STOPPING", "STOPPED"],
        Enum.GetValues<JobStatus>().Select(s => s.ToWord()));

    [Fact]
    public void Range_words_are_frozen() => Assert.Equal(["WAITING", "LEASED", "DONE"], RangeState.All);

    [Fact]
    public void Event_words_are_frozen() => Assert.Equal(
        [
            "SCHEDULED", "RUNNING", "COMPLETED", "ERROR", "FATAL", "STOP_REQUESTED", "STOPPING", "STOPPED",
            "PLANNED", "RANGE_CLAIMED", "RANGE_RELEASED", "RANGE_DONE", "LEASE_EXPIRED", "REORGANISED",
        ],
        JobEventType.All);

    [Fact]
    public void Every_state_word_is_an_event_word() => Assert.All(JobStatusText.All, word => Assert.Contains(word, JobEventType.All));
}
