package io.github.matrixone.sample.shop.customer;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * A customer to be.
 *
 * @param name the name
 * @param email the address for mail
 */
public record NewCustomer(@NotBlank @Size(max = 100) String name, @NotBlank @Email @Size(max = 200) String email) {

}
