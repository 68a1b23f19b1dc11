package ui

// looks are how all roles look.
type looks [roleCount]look

// The colours by theme and background, and those of chart series. Colours of the
// 256 have a contrast of at least 4.5 to black and to dark grey, or to white and
// to light grey; those of high contrast of at least 7. State is told by a glyph
// and a word, always; colour-blind also keeps good, warning and critical, and
// the series, far apart for who lacks red, green or blue.
func (a appearance) colours() (looks, []look) {
	switch {
	case a.name == themeHighContrast && a.isDark():
		return looks{
			roleOK: {colour: 117, basic: 14}, roleWarn: {colour: 226, basic: 11, bold: true},
			roleCritical: {colour: 217, basic: 15, bold: true, underline: true},
			roleUnknown:  {colour: 254, basic: 15}, roleStale: {colour: 252, basic: 7}, roleFocus: {colour: 231, basic: 15, bold: true},
			roleTitle: {bold: true}, roleFaint: {colour: 252, basic: 7},
		}, []look{{colour: 51, basic: 14}, {colour: 226, basic: 11}, {colour: 213, basic: 15}, {colour: 120, basic: 10}}
	case a.name == themeHighContrast:
		return looks{
			roleOK: {colour: 18, basic: 4}, roleWarn: {colour: 54, bold: true},
			roleCritical: {colour: 88, bold: true, underline: true},
			roleUnknown:  {colour: 235}, roleStale: {colour: 236}, roleFocus: {colour: 17, basic: 4, bold: true},
			roleTitle: {bold: true}, roleFaint: {colour: 236},
		}, []look{{colour: 18, basic: 4}, {colour: 88}, {colour: 22, basic: 4, bold: true}, {colour: 54, bold: true}}
	case a.name == themeColourBlind && a.isDark():
		return looks{
			roleOK: {colour: 75, basic: 14}, roleWarn: {colour: 226, basic: 11, bold: true},
			roleCritical: {colour: 203, basic: 9, bold: true, underline: true},
			roleUnknown:  {colour: 250, basic: 7}, roleStale: {colour: 248, basic: 7}, roleFocus: {colour: 195, basic: 15, bold: true},
			roleTitle: {bold: true}, roleFaint: {colour: 246, basic: 7},
		}, []look{{colour: 51, basic: 14}, {colour: 214, basic: 11}, {colour: 105, basic: 13}, {colour: 229, basic: 15}}
	case a.name == themeColourBlind:
		return looks{
			roleOK: {colour: 26, basic: 4}, roleWarn: {colour: 94, bold: true},
			roleCritical: {colour: 125, basic: 1, bold: true, underline: true},
			roleUnknown:  {colour: 240}, roleStale: {colour: 241}, roleFocus: {colour: 18, basic: 4, bold: true},
			roleTitle: {bold: true}, roleFaint: {colour: 241},
		}, []look{{colour: 26, basic: 4}, {colour: 160, basic: 1}, {colour: 16}, {colour: 96, basic: 5}}
	case a.isDark():
		return looks{
			roleOK: {colour: 75, basic: 14}, roleWarn: {colour: 214, basic: 11, bold: true}, roleCritical: {colour: 203, basic: 9, bold: true},
			roleUnknown: {colour: 250, basic: 7}, roleStale: {colour: 248, basic: 7, faint: true}, roleFocus: {colour: 117, basic: 15, bold: true},
			roleTitle: {bold: true}, roleFaint: {colour: 246, basic: 7, faint: true},
		}, []look{{colour: 75, basic: 14}, {colour: 214, basic: 11}, {colour: 150, basic: 10}, {colour: 176, basic: 13}}
	}
	return looks{
		roleOK: {colour: 26, basic: 4}, roleWarn: {colour: 94, basic: 5, bold: true}, roleCritical: {colour: 160, basic: 1, bold: true},
		roleUnknown: {colour: 240}, roleStale: {colour: 241, faint: true}, roleFocus: {colour: 25, basic: 4, bold: true},
		roleTitle: {bold: true}, roleFaint: {colour: 241, faint: true},
	}, []look{{colour: 26, basic: 4}, {colour: 94, basic: 1}, {colour: 22}, {colour: 127, basic: 5}}
}

// isDark reports whether it is for a dark background.
func (a appearance) isDark() bool {
	switch a.name {
	case themeDark:
		return true
	case themeLight:
		return false
	}
	return a.dark
}
