namespace Amp.TestKit.Stores;

/// <summary>What stands before a store does with requests.</summary>
public enum StoreFrontMood
{
    HandsOn,

    /// <summary>403, as to a key without the right.</summary>
    Refuses,

    /// <summary>403, as Ceph to whoever has used up the quota.</summary>
    IsFull,

    /// <summary>503, as a store that is overloaded.</summary>
    Overloaded,

    /// <summary>400, as a store whose bucket is in another region.</summary>
    IsElsewhere,

    /// <summary>404 and a page, as a web server that is no store.</summary>
    IsNoStore,
}
