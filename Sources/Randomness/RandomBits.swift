import Glibc
import Synchronization

/// The system's random bits, asked for many at a time.
///
/// Identities take a few random words each, and a system call for every word would be a twentieth of the
/// time of a request. The bits are those of the system's generator, and each is given out once.
package struct RandomBits: RandomNumberGenerator, Sendable {
  /// What was asked for and not given out yet.
  private struct Reserve: Sendable {
    var words = InlineArray<32, UInt64>(repeating: 0)
    var left = 0

    mutating func next() -> UInt64 {
      if left == 0 { fill() }
      left -= 1
      // Nothing of what was given out stays in memory.
      defer { words[left] = 0 }
      return words[left]
    }

    /// Asks for as much as the system gives at once: 256 bytes (getentropy(3)).
    private mutating func fill() {
      let bytes = words.count * MemoryLayout<UInt64>.size
      let isFilled = withUnsafeMutablePointer(to: &words) { getentropy($0, bytes) } == 0
      if !isFilled {
        var system = SystemRandomNumberGenerator()
        for place in words.indices { words[place] = system.next() }
      }
      left = words.count
    }
  }

  private static let reserve = Mutex(Reserve())

  /// Creates a generator; all of them give out the same reserve.
  package init() {}

  /// The next 64 bits.
  package mutating func next() -> UInt64 { Self.reserve.withLock { $0.next() } }
}
