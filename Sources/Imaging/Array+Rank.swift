extension Array where Element: Comparable {
  /// The element that would stand at a place if all were sorted.
  ///
  /// Source: Hoare, *Algorithm 65: Find*, 1961.
  func element(ofRank rank: Int) -> Element {
    var elements = self
    var (low, high) = (0, count - 1)
    while low < high {
      let pivot = elements[low + (high - low) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while elements[left] < pivot { left += 1 }
        while pivot < elements[right] { right -= 1 }
        guard left <= right else { break }
        elements.swapAt(left, right)
        left += 1
        right -= 1
      }
      if rank <= right {
        high = right
      } else if rank >= left {
        low = left
      } else {
        break
      }
    }
    return elements[rank]
  }
}
