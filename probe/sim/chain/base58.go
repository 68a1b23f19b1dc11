package chain

import (
	"errors"
	"fmt"
	"slices"
)

// base58Digits are the digits of the text form of keys, hashes and signatures.
const base58Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// maxBase58 bounds what is decoded: the time it takes grows with the square.
const maxBase58 = 256

// Base58 writes bytes as keys, hashes and signatures are written.
func Base58(data []byte) string {
	zeros := 0
	for zeros < len(data) && data[zeros] == 0 {
		zeros++
	}
	var digits []byte // values 0..57, the least significant first
	for _, b := range data[zeros:] {
		carry := int(b)
		for i := range digits {
			carry += int(digits[i]) << 8
			digits[i] = byte(carry % 58)
			carry /= 58
		}
		for ; carry > 0; carry /= 58 {
			digits = append(digits, byte(carry%58))
		}
	}
	digits = append(digits, make([]byte, zeros)...)
	slices.Reverse(digits)
	for i, d := range digits {
		digits[i] = base58Digits[d]
	}
	return string(digits)
}

// ParseBase58 reads what [Base58] writes.
func ParseBase58(text string) ([]byte, error) {
	if len(text) > maxBase58 {
		return nil, errors.New("base58 text is too long")
	}
	zeros := 0
	for zeros < len(text) && text[zeros] == base58Digits[0] {
		zeros++
	}
	var data []byte // the least significant byte first
	for i := zeros; i < len(text); i++ {
		carry := base58Value(text[i])
		if carry < 0 {
			return nil, fmt.Errorf("byte %d is no base58 digit", i+1)
		}
		for j := range data {
			carry += int(data[j]) * 58
			data[j] = byte(carry)
			carry >>= 8
		}
		for ; carry > 0; carry >>= 8 {
			data = append(data, byte(carry))
		}
	}
	data = append(data, make([]byte, zeros)...)
	slices.Reverse(data)
	return data, nil
}

// base58Value is the value of a digit, and -1 where b is none.
func base58Value(b byte) int {
	for i := range len(base58Digits) {
		if base58Digits[i] == b {
			return i
		}
	}
	return -1
}
