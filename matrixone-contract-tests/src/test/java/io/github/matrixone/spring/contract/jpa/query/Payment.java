package io.github.matrixone.spring.contract.jpa.query;

import java.math.BigDecimal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;

@Entity
@Inheritance(strategy = InheritanceType.JOINED)
class Payment {

	@Id
	Long id;

	@Version
	int version;

	@ManyToOne(fetch = FetchType.LAZY)
	Purchase purchase;

	@Column(precision = 10, scale = 2)
	BigDecimal amount;

	protected Payment() {
	}

	Payment(long id, Purchase purchase, String amount) {
		this.id = id;
		this.purchase = purchase;
		this.amount = new BigDecimal(amount);
	}

	@Override
	public String toString() {
		return getClass().getSimpleName() + " " + this.id;
	}

	@Entity(name = "CardPayment")
	static class Card extends Payment {

		String number;

		protected Card() {
		}

		Card(long id, Purchase purchase, String amount, String number) {
			super(id, purchase, amount);
			this.number = number;
		}

	}

	@Entity(name = "BankPayment")
	static class Bank extends Payment {

		String iban;

		protected Bank() {
		}

		Bank(long id, Purchase purchase, String amount, String iban) {
			super(id, purchase, amount);
			this.iban = iban;
		}

	}

}
