package ui

// chartKeys are the rows of the keymap that are about charts.
func chartKeys() []binding {
	charts := []page{pageOverview, pageChart}
	return []binding{
		bind(actChart, "w", "chart", "w").in(pageOverview).called("chart").drops(8).
			helps("chart: the whole window for it, and what its marks are"),
		bind(actChartKind, "T", "next chart", "T").in(charts...).called("next-chart").drops(9).
			helps("chart: lag in offsets, lag in slots, newest slots apart, round trips, failed calls"),
		bind(actZoom, "z", "zoom", "z").in(charts...).called("zoom").drops(5).
			helps("chart: all of the last hour, or the last 10 minutes, 1, 6 or 24 hours, 7 or 30 days"),
		bind(actZoomIn, "+", "", "+", "=").in(charts...).called("zoom-in").helps("chart: a shorter time, down to a minute"),
		bind(actZoomOut, "-", "", "-").in(charts...).called("zoom-out").helps("chart: a longer time, up to 30 days"),
		bind(actLeft, "← h", "", "left", "h").in(charts...).called("earlier").helps("chart: earlier, or its cursor to the left"),
		bind(actRight, "→ l", "", "right", "l").in(charts...).called("later").helps("chart: later, or its cursor to the right"),
		bind(actFarLeft, "shift+← [", "", "shift+left", "[").in(charts...).called("far-earlier").helps("chart: the same, farther"),
		bind(actFarRight, "shift+→ ]", "", "shift+right", "]").in(charts...).called("far-later").helps("chart: the same the other way"),
		bind(actCursor, "x", "read values", "x").in(charts...).called("read-values").drops(9).
			helps("chart: a cursor that reads values, or back to now without it"),
		bind(actLog, "L", "", "L").in(charts...).called("log-scale").helps("chart: a logarithmic scale, or a linear one"),
		bind(actBack, "esc", "back", "esc").in(pageChart).drops(1),
		bind(actDown, "↓ j tab", "", "down", "j", "tab").known("down").in(pageChart),
		bind(actUp, "↑ k", "", "up", "k", "shift+tab").known("up").in(pageChart),
	}
}
