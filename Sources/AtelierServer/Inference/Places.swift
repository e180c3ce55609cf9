import Synchronization

/// Places for work that takes much of the machine, so that only some of it is done at once.
final class Places: Sendable {
  /// One of the places; it is free again when nobody holds it.
  final class Place: Sendable {
    private let places: Places

    fileprivate init(_ places: Places) {
      self.places = places
    }

    deinit {
      places.taken.withLock { $0 -= 1 }
    }
  }

  private let count: Int
  private let taken = Mutex(0)

  init(_ count: Int) {
    self.count = count
  }

  /// Takes a place; `nil` when all are taken.
  func take() -> Place? {
    let isFree = taken.withLock { taken in
      guard taken < count else { return false }
      taken += 1
      return true
    }
    return isFree ? Place(self) : nil
  }
}
