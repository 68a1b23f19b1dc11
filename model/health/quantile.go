package health

// quantile is the value of rank q, 0 to 1, of the list, which it reorders; the
// list must not be empty. It is Hoare's selection, so it costs a few passes and
// not a sort.
func quantile(list []float64, q float64) float64 {
	k := int(q * float64(len(list)-1))
	low, high := 0, len(list)-1
	for low < high {
		pivot := list[(low+high)/2]
		i, j := low, high
		for i <= j {
			for list[i] < pivot {
				i++
			}
			for list[j] > pivot {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return list[k]
		}
	}
	return list[k]
}
